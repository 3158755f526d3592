import { encodeQuality } from '@cupola/domain';
import { FakeClock, waitFor } from '@cupola/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBackend, type TestBackend } from '../harness.js';
import { AlarmPlace, SETPOINT, TEMPERATURE } from './alarm-place.js';

const clock = new FakeClock(Date.now());
let backend: TestBackend;
let vav: AlarmPlace;

beforeAll(async () => {
  backend = await startBackend({ clock });
});
beforeEach(async () => {
  vav = await AlarmPlace.make(backend, clock);
});
afterAll(() => backend.close());

const HOT = 26;
const FINE = 21;

describe('a limit', () => {
  it('is judged in the commit of the sample: the alarm is there when the sample is', async () => {
    const definition = await vav.define({ consequence: 'People sweat', action: 'Look at the valve', respondWithinMs: 600_000 });
    expect(definition).toMatchObject({ alarms: 1, targetName: 'Point temperature', offDelayMs: 0, enabled: true });
    await vav.report({ temperature: FINE });
    expect(await vav.state(definition)).toBe('NORM');
    clock.advance(1000);
    await vav.report({ temperature: HOT });
    const [alarm] = (await vav.shown()).filter((each) => each.definition.id === definition.id);
    expect(alarm).toMatchObject({
      ...{ state: 'UNACK', active: true, acked: false, occurrence: 1, value: HOT, unit: 'degC', priority: 3 },
      ...{ activeSince: new Date(clock.now()).toISOString(), ackedBy: null },
      definition: { name: 'Too warm', condition: 'HI', limit: 24, consequence: 'People sweat', action: 'Look at the valve', respondWithinMs: 600_000 },
      ...{ floor: { name: 'Third floor', level: 3 }, equipment: { name: 'VAV-301' }, point: { id: vav.point('temperature') }, controller: { id: vav.box.deviceId } },
    });
  });

  it('clears below the deadband, not inside it', async () => {
    const definition = await vav.define({ deadband: 1 });
    for (const [value, state] of [[24, 'NORM'], [24.1, 'UNACK'], [23.5, 'UNACK'], [24.5, 'UNACK'], [23, 'UNACK'], [22.9, 'RTNUN'], [23.9, 'RTNUN'], [24.1, 'UNACK']] as const) {
      clock.advance(1000);
      await vav.report({ temperature: value });
      expect([value, await vav.state(definition)]).toEqual([value, state]);
    }
    expect((await vav.alarmOf(definition))?.occurrence).toBe(2);
  });

  it('low is the mirror of high', async () => {
    const definition = await vav.define({ condition: 'LO', limit: 18, deadband: 0.5 });
    for (const [value, state] of [[18, 'NORM'], [17.9, 'UNACK'], [18.5, 'UNACK'], [18.6, 'RTNUN']] as const) {
      clock.advance(1000);
      await vav.report({ temperature: value });
      expect([value, await vav.state(definition)]).toEqual([value, state]);
    }
  });

  it('of a deviation follows value and reference', async () => {
    const definition = await vav.define({ condition: 'DEV', limit: 2, referenceClass: SETPOINT });
    await vav.report({ temperature: 21 });
    expect(await vav.state(definition)).toBe('NORM');
    await vav.report({ setpoint: 20 });
    clock.advance(1000);
    await vav.report({ setpoint: 24 });
    expect(await vav.state(definition)).toBe('UNACK');
    clock.advance(1000);
    await vav.report({ temperature: 25 });
    expect(await vav.state(definition)).toBe('RTNUN');
  });

  it('of a class watches every point of it, and those that come later', async () => {
    const definition = await vav.define({ target: { kind: 'class', brickClass: TEMPERATURE, building: vav.place.buildingId, floor: vav.place.floorId } });
    expect(definition).toMatchObject({ alarms: 1, targetName: `${TEMPERATURE} · Third floor` });
    await backend.database.query(
      `INSERT INTO points (building_id, floor_id, key, label, kind, function, brick_class) VALUES ($1, $2, 'new', 'New', 'analog', 'sensor', $3)`,
      [vav.place.buildingId, vav.place.floorId, TEMPERATURE],
    );
    await waitFor(async () => (await backend.admin.get<{ alarms: number }>(`/api/v1/alarm-definitions/${definition.id}`)).body.alarms === 2);
  });

  it('is judged at once for what is known already, and again when it is changed', async () => {
    await vav.report({ temperature: HOT });
    const definition = await vav.define();
    await vav.reaches(definition, 'UNACK');
    expect((await backend.admin.patch(`/api/v1/alarm-definitions/${definition.id}`, { limit: 30 })).status).toBe(200);
    await vav.reaches(definition, 'RTNUN');
    await backend.admin.patch(`/api/v1/alarm-definitions/${definition.id}`, { limit: 25 });
    expect((await vav.reaches(definition, 'UNACK')).occurrence).toBe(2);
  });

  it.each(['FAULT', 'DISABLED', 'UNKNOWN', 'DOWN', 'STALE'] as const)('neither raises nor clears while the value is %s', async (quality) => {
    const definition = await vav.define();
    await vav.report({ temperature: HOT }, { stored: encodeQuality(quality) });
    expect(await vav.state(definition)).toBe('NORM');
    clock.advance(1000);
    await vav.report({ temperature: HOT });
    clock.advance(1000);
    await vav.report({ temperature: FINE }, { stored: encodeQuality(quality) });
    expect(await vav.state(definition)).toBe('UNACK');
    clock.advance(1000);
    await vav.report({ temperature: null });
    expect(await vav.state(definition)).toBe('UNACK');
  });
});

describe('a delay', () => {
  it('raises when the condition has held, counted from the sample', async () => {
    const definition = await vav.define({ onDelayMs: 60_000 });
    const since = clock.now();
    await vav.report({ temperature: HOT }, { at: since - 2000 });
    clock.advance(57_000);
    await vav.report({ temperature: HOT + 1 });
    expect(await vav.state(definition)).toBe('NORM');
    clock.advance(1_000);
    const alarm = await vav.reaches(definition, 'UNACK');
    expect(alarm.activeSince).toBe(new Date(since + 58_000).toISOString());
    expect(alarm.value).toBe(HOT + 1);
    expect(await backend.database.query(`SELECT FROM timers WHERE subject = $1`, [alarm.id])).toEqual([]);
  });

  it('forgets a condition that went away in time, and clears after the off delay only', async () => {
    const definition = await vav.define({ onDelayMs: 60_000, offDelayMs: 30_000 });
    await vav.report({ temperature: HOT });
    clock.advance(50_000);
    await vav.report({ temperature: FINE });
    clock.advance(50_000);
    await vav.report({ temperature: HOT });
    clock.advance(60_000);
    const { id } = await vav.reaches(definition, 'UNACK');
    await vav.report({ temperature: FINE });
    clock.advance(29_000);
    await vav.report({ temperature: FINE });
    expect(await vav.state(definition)).toBe('UNACK');
    clock.advance(1000);
    await vav.reaches(definition, 'RTNUN');
    expect(await vav.facts(id)).toEqual(['ACTIVATED', 'CLEARED']);
  });
});

describe('many samples that change nothing', () => {
  it('write no row', async () => {
    const definition = await vav.define({ onDelayMs: 5000 });
    await vav.report({ temperature: FINE });
    const version = async () => (await backend.database.query<{ version: number }>('SELECT version FROM alarms WHERE definition_id = $1', [definition.id]))[0]?.version;
    const before = await version();
    for (let sample = 0; sample < 20; sample += 1) {
      clock.advance(100);
      await vav.report({ temperature: FINE + sample / 10 });
    }
    expect(await version()).toBe(before);
  });
});
