import { describe, expect, it } from 'vitest';
import { anAlarm } from '../../../testing/alarms';
import { aFloor } from '../../../testing/building';
import { alarmsAround, alarmsOfZone, marksOf } from './floor-marks';
import { pointsByZone } from './zone-view';

const floor = aFloor(4);
const points = pointsByZone(floor);
const [first, second] = floor.zones;
const place = { floor: { id: floor.id, name: floor.name, level: floor.level }, equipment: null, zone: null };
const offline = anAlarm(9, { ...place, floor: null, point: null, priority: 3, controller: { id: floor.points[0]?.controller?.id ?? '', name: 'VAV 1' } });
const biggerFurther = ({ name }: { name: string }) => Number.parseInt(name, 10);

describe('the marks of a floor', () => {
  it('draws the alarm of a controller once, in the largest room of its area, with all that it suppresses', () => {
    const hidden = floor.zones.slice(0, 3).map((zone, n) => anAlarm(n + 1, { ...place, zone, state: 'DSUPR' }));
    const marks = marksOf(floor, points, [offline, ...hidden], biggerFurther);
    expect([...marks.entries()].map(([id, { alarm, suppressed, isController }]) => [id, alarm?.priority, suppressed, isController])).toEqual([[floor.spaces[3]?.id, 3, 3, true]]);
  });

  it('counts what is suppressed in a room in which something is not', () => {
    const marks = marksOf(floor, points, [anAlarm(1, { ...place, zone: first ?? null }), anAlarm(2, { ...place, zone: first ?? null, state: 'DSUPR' })], biggerFurther);
    expect(marks.get(floor.spaces[0]?.id ?? '')).toMatchObject({ alarm: { priority: 2, count: 1 }, suppressed: 1, isController: false });
  });

  it('finds the alarms that concern a floor, and those of one of its zones', () => {
    const elsewhere = anAlarm(3, { floor: { id: 'other', name: 'Floor 4', level: 4 } });
    const own = anAlarm(4, { ...place, zone: second ?? null });
    expect(alarmsAround(floor, [offline, elsewhere, own]).map(({ id }) => id)).toEqual([offline.id, own.id]);
    if (!second) throw new Error('the floor has a second zone');
    expect(alarmsOfZone(floor, second, points.get(second.id) ?? [], [offline, own]).map(({ id }) => id)).toEqual([own.id, offline.id]);
  });
});
