import { createAlarmDefinition, floorDrawing } from '@cupola/contracts';
import { checkDrawing, pointProfile } from '@cupola/domain';
import { describe, expect, it } from 'vitest';
import { ALARM_DEFINITIONS } from '../../src/demo/alarm-definitions.js';
import { definePoint } from '../../src/demo/point-definitions.js';
import { activeFaults, deskReadings, speedOf } from '../../src/demo/desk-readings.js';
import { DRAWN_LEVELS, drawingOf } from '../../src/demo/house/drawings.js';
import { FAULT_PLACES, simulationDesk } from '../../src/demo/house/desk.js';
import { EQUIPMENT } from '../../src/demo/house/equipment.js';
import { LIGHTING_GROUPS } from '../../src/demo/house/lighting-groups.js';
import { isConditioned, ROOMS } from '../../src/demo/house/rooms.js';
import { cupolaHouseTurtle, spaceIdOf } from '../../src/demo/house/turtle.js';
import { standingHouse } from '../../src/demo/model/house-state.js';
import { readingsOf } from '../../src/demo/model/readings.js';
import { isWorthReporting, shown } from '../../src/demo/report-on-change.js';

const ALL = [...EQUIPMENT, simulationDesk(1)];
const keys = ALL.flatMap(({ id, points }) => points.map(({ suffix }) => `${id}.${suffix}`));

describe('Cupola House', () => {
  it('has six floors, about 90 zones, 120 controllers and 900 points, named once each', () => {
    expect(new Set(ROOMS.map(({ level }) => level))).toEqual(new Set([0, 1, 2, 3, 4, 5]));
    expect(new Set(keys).size).toBe(keys.length);
    expect(ROOMS.filter(isConditioned).length + LIGHTING_GROUPS.length).toBeGreaterThanOrEqual(80);
    expect(EQUIPMENT.length).toBeGreaterThanOrEqual(115);
    expect(EQUIPMENT.reduce((sum, { points }) => sum + points.length, 0)).toBeGreaterThanOrEqual(900);
    expect(ALL.map(({ id }) => id)).toEqual(expect.arrayContaining(['VAV-3-12', 'AHU-2', 'LC-3E', 'CH-1', 'WS-1']));
  });

  it('is drawn without a flaw on every floor', () => {
    for (const level of DRAWN_LEVELS) {
      const drawing = floorDrawing.parse(drawingOf(level));
      const rooms = ROOMS.filter((room) => room.level === level);
      expect(drawing.spaces).toHaveLength(rooms.length);
      expect(drawing.doors).toHaveLength(rooms.length - 1);
      expect(checkDrawing(drawing, new Set(rooms.map(spaceIdOf)))).toEqual([]);
    }
  });

  it('puts every door into a wall of its own room', () => {
    for (const level of DRAWN_LEVELS) {
      const { doors, spaces } = drawingOf(level);
      doors.forEach(({ hinge, latch }, at) => {
        const xs = spaces[at]?.outline.map(([x]) => x) ?? [];
        const ys = spaces[at]?.outline.map(([, y]) => y) ?? [];
        const isOnWall = (hinge[1] === latch[1] && ys.includes(hinge[1])) || (hinge[0] === latch[0] && xs.includes(hinge[0]));
        const isWithin = [hinge, latch].every(([x, y]) => x >= Math.min(...xs) && x <= Math.max(...xs) && y >= Math.min(...ys) && y <= Math.max(...ys));
        expect(isOnWall && isWithin, `${level} ${spaces[at]?.sourceId}`).toBe(true);
      });
    }
  });

  it('names only classes whose kind and unit Cupola knows, in a model that says the same every time', () => {
    for (const { points } of ALL) for (const { brickClass } of points) expect(pointProfile(brickClass, 'metric').isKnown, brickClass).toBe(true);
    for (const equipment of ALL) for (const point of equipment.points) expect(definePoint(equipment, point).key).toBe(`${equipment.id}.${point.suffix}`);
    const turtle = cupolaHouseTurtle();
    expect(turtle).toBe(cupolaHouseTurtle());
    expect(keys.filter((key) => !turtle.includes(`#${key}> a `))).toEqual([]);
  });

  it('has a reading for every point, and no reading without one', () => {
    const state = standingHouse(0, 'cupola');
    const readings = new Map([...readingsOf(state, { seed: 'cupola', commanded: new Map(), faults: new Set() }), ...deskReadings(new Set(), 1)]);
    expect([...readings.keys()].sort()).toEqual(keys.toSorted());
  });

  it('defines alarms that say what follows and what to do', () => {
    for (const { brickClass, ...rules } of ALARM_DEFINITIONS) {
      const target = { kind: 'class', brickClass, building: '00000000-0000-4000-8000-000000000000', floor: null };
      const { consequence, action } = createAlarmDefinition.parse({ ...rules, target });
      expect([consequence, action].every((text) => text.length > 10)).toBe(true);
      expect(EQUIPMENT.some(({ points }) => points.some((point) => point.brickClass === brickClass))).toBe(true);
    }
  });
});

describe('the simulation desk', () => {
  it('begins and ends faults over what happens by itself', () => {
    const [first, second] = [FAULT_PLACES[0]!, FAULT_PLACES[1]!].map(({ fault, target }) => `${fault}.${target}`) as [string, string];
    expect(activeFaults(new Map(), new Set([first]))).toEqual(new Set([first]));
    expect(activeFaults(new Map([[`Simulation-desk.${first}`, 0], [`Simulation-desk.${second}`, 1]]), new Set([first]))).toEqual(new Set([second]));
    expect(speedOf(new Map([['Simulation-desk.speed', 60]]), 1)).toBe(60);
    expect(deskReadings(new Set([first]), 5).get(`Simulation-desk.${first}`)).toBe(1);
  });
});

describe('a report', () => {
  it('is worth sending on a change beyond the deadband, on losing a value, and before the value grows stale', () => {
    const said = { value: 21, at: 0 };
    expect(isWorthReporting('a', undefined, 21, 0.1, 0)).toBe(true);
    expect(isWorthReporting('a', said, 21.05, 0.1, 1000)).toBe(false);
    expect(isWorthReporting('a', said, 21.1, 0.1, 1000)).toBe(true);
    expect(isWorthReporting('a', said, null, 0.1, 1000)).toBe(true);
    expect(isWorthReporting('a', said, 21, 0, 1000)).toBe(false);
    for (const key of keys) expect(isWorthReporting(key, said, 21, 0.1, 15 * 60_000)).toBe(true);
    expect([shown(21.456, 0.1), shown(612.4, 20), shown(12.34, 0.5), shown(null, 1)]).toEqual([21.46, 612, 12.3, null]);
  });
});
