import { describe, expect, it } from 'vitest';
import type { Point } from '@cupola/contracts';
import type { Controller } from '../../core/wire';
import { turtleOf } from './small-building';
import { firstLive, furthest, stepStates } from './start-steps';

const controller = (status: Controller['status']) => ({ id: status, status }) as Controller;
const livePoint = { id: 'p' } as Point;

describe('the steps from nothing to the first value', () => {
  it.each([
    ['nothing is there', { hasBuilding: false, controllers: [], livePoint: null }, 'building'],
    ['a building is there', { hasBuilding: true, controllers: [], livePoint: null }, 'registered'],
    ['only a revoked controller is there', { hasBuilding: true, controllers: [controller('revoked')], livePoint: null }, 'registered'],
    ['a controller is registered', { hasBuilding: true, controllers: [controller('registered')], livePoint: null }, 'claimed'],
    ['one of two has enrolled', { hasBuilding: true, controllers: [controller('registered'), controller('pending')], livePoint: null }, 'confirmed'],
    ['one is confirmed', { hasBuilding: true, controllers: [controller('active')], livePoint: null }, 'value'],
  ])('ask for one thing while %s', (_, house, now) => {
    const states = stepStates(house);
    expect(Object.entries(states).filter(([, state]) => state === 'now')).toEqual([[now, 'now']]);
  });

  it('are all done with a live value', () => {
    expect(new Set(Object.values(stepStates({ hasBuilding: true, controllers: [controller('active')], livePoint })))).toEqual(new Set(['done']));
  });

  it('go on with the controller that has come furthest', () => {
    expect(furthest([controller('revoked'), controller('pending'), controller('registered')])?.status).toBe('pending');
    expect(furthest([])).toBeNull();
    const [away, connected] = [{ ...controller('active'), link: 'offline' }, { ...controller('active'), link: 'online' }] as Controller[];
    expect(furthest([{ ...controller('pending'), link: 'online' } as Controller, away!, connected!])).toBe(connected);
  });
});

describe('the first live value', () => {
  const point = (id: string, change: Partial<Point>) => ({ id, quality: 'GOOD', value: 1, kind: 'analog', writable: false, equipment: { brickClass: 'VAV' }, floor: null, ...change }) as Point;
  const floor = { id: 'f', name: 'Floor 1', level: 1 };
  const desk = point('desk', { kind: 'binary', writable: true, floor, equipment: { id: 'd', name: 'Desk', brickClass: 'Simulation_Equipment' } });

  it('is one that was measured in a room, if there is one', () => {
    const setpoint = point('setpoint', { writable: true, floor });
    const points = [desk, point('stale', { quality: 'STALE', floor }), setpoint, point('meter', {}), point('room', { floor })];
    expect(firstLive(points)?.id).toBe('room');
    expect(firstLive(points.slice(0, 4))?.id).toBe('meter');
    expect(firstLive(points.slice(0, 3))?.id).toBe('setpoint');
  });

  it('is no switch of the simulation', () => {
    expect(firstLive([desk])).toBeNull();
  });
});

describe('a building typed by hand', () => {
  it('escapes what people type and makes identities of it', () => {
    const turtle = turtleOf({ building: 'Pier 9 "North"', floor: 'Étage 1', room: '101', equipment: '9 VAV/1' });
    expect(turtle).toContain('rdfs:label "Pier 9 \\"North\\""');
    expect(turtle).toContain('@prefix ex: <urn:cupola:Pier_9_North#> .');
    expect(turtle).toContain('ex:n9_VAV_1 a brick:VAV ; rdfs:label "9 VAV/1"');
  });
});
