import { encodeQuality, type Quality } from '@cupola/domain';
import { FakeClock, waitFor } from '@cupola/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { devicePoint } from '../devices/box.js';
import { ADMIN_PASSWORD, startBackend, type TestBackend } from '../harness.js';
import { AlarmPlace, TEMPERATURE } from './alarm-place.js';

const clock = new FakeClock(Date.now());
let backend: TestBackend;
let vav: AlarmPlace;

beforeAll(async () => {
  backend = await startBackend({ clock });
});
beforeEach(async () => {
  // The clock moves on by more than a token lives.
  await backend.admin.login('admin', ADMIN_PASSWORD);
  vav = await AlarmPlace.make(backend, clock);
});
afterAll(() => backend.close());

const FAULT = { condition: 'FAULT', limit: null, name: 'Sensor faulty' };

async function reports(value: number | null, quality: Quality): Promise<void> {
  clock.advance(1000);
  await vav.report({ temperature: value }, { stored: encodeQuality(quality) });
}

describe('a value that the controller calls faulty', () => {
  it('raises one alarm, which clears with the first value that is good again', async () => {
    const definition = await vav.define(FAULT);
    await reports(21, 'GOOD');
    expect(await vav.state(definition)).toBe('NORM');
    for (let round = 0; round < 3; round += 1) await reports(null, 'FAULT');
    const alarm = await vav.reaches(definition, 'UNACK');
    expect(alarm).toMatchObject({ definition: { condition: 'FAULT', limit: null }, value: null, occurrence: 1, point: { id: vav.point('temperature') } });
    await reports(21, 'GOOD');
    expect(await vav.state(definition)).toBe('RTNUN');
    expect(await vav.facts(alarm.id)).toEqual(['ACTIVATED', 'CLEARED']);
  });

  it('neither raises nor clears what is judged from the value itself', async () => {
    const hot = await vav.define();
    const fault = await vav.define(FAULT);
    await reports(26, 'GOOD');
    await reports(null, 'FAULT');
    expect(await vav.state(hot)).toBe('UNACK');
    expect(await vav.state(fault)).toBe('UNACK');
  });

  it('is watched for on every point of a class, numbers or not, and also when it was faulty before', async () => {
    await vav.report({ fan: 0 }, { stored: encodeQuality('FAULT') });
    const ofClass = (brickClass: string) => vav.define({ ...FAULT, target: { kind: 'class', brickClass, building: vav.place.buildingId, floor: null } });
    await vav.reaches(await ofClass('Fan_Status'), 'UNACK');
    const definition = await ofClass(TEMPERATURE);
    await reports(null, 'UNKNOWN');
    expect(await vav.state(definition)).toBe('UNACK');
    await reports(null, 'DISABLED');
    expect(await vav.state(definition), 'switched off on purpose').toBe('RTNUN');
  });

  it('that comes late stands in the journal alone', async () => {
    const definition = await vav.define(FAULT);
    await reports(21, 'GOOD');
    await vav.report({ temperature: null }, { at: clock.now() - 600_000, stored: encodeQuality('FAULT'), lane: 1 });
    await reports(21, 'GOOD');
    const alarm = await vav.reaches(definition, 'NORM');
    expect(await vav.facts(alarm.id)).toEqual(['LATE']);
  });
});

describe('a device behind a controller', () => {
  const since = Date.now();
  const becomes = (state: string) => backend.bus.request('subdevices.changed', { ...vav.box.ref, payload: { subdevices: [{ id: 'sensor-1', state, since }] } });
  const verdict = (definition: { id: string }, condition: string) =>
    waitFor(async () => (await backend.database.query(`SELECT FROM alarms WHERE definition_id = $1 AND instance->>'condition' = $2`, [definition.id, condition])).length === 1);

  beforeEach(async () => {
    const points = [devicePoint(1, 'temperature', { subdevice: 'sensor-1' }), devicePoint(2, 'setpoint'), devicePoint(3, 'fan', { kind: 'binary' })];
    await vav.box.open();
    await vav.box.hello(points, { subdevices: [{ id: 'sensor-1', state: 'online', since }] });
    await vav.lease('1 hour');
  });

  it('that goes away is looked at at once: its points are faulty, and say nothing else, until it is back', async () => {
    const fault = await vav.define(FAULT);
    const hot = await vav.define();
    await reports(26, 'GOOD');
    await becomes('lost');
    const alarm = await vav.reaches(fault, 'UNACK');
    await verdict(hot, 'UNKNOWN');
    expect(await vav.state(hot), 'what was active stays active: nobody knows better').toBe('UNACK');
    await becomes('online');
    await vav.reaches(fault, 'RTNUN');
    await verdict(hot, 'TRUE');
    expect(await vav.facts(alarm.id)).toEqual(['ACTIVATED', 'CLEARED']);
  });

  it('that is away is not believed to be well by a value that comes all the same', async () => {
    const fault = await vav.define(FAULT);
    const hot = await vav.define();
    await reports(21, 'GOOD');
    await becomes('lost');
    await vav.reaches(fault, 'UNACK');
    await reports(26, 'GOOD');
    expect([await vav.state(fault), await vav.state(hot)]).toEqual(['UNACK', 'NORM']);
  });

  it('that is away takes what compares with its points out of judgement', async () => {
    const off = await vav.define({ target: { kind: 'point', point: vav.point('setpoint') }, condition: 'DEV', limit: 2, referenceClass: TEMPERATURE, onDelayMs: 20_000 });
    await vav.report({ setpoint: 21, temperature: 26 });
    await verdict(off, 'TRUE');
    await becomes('lost');
    await verdict(off, 'UNKNOWN');
    clock.advance(25_000);
    await becomes('online');
    await verdict(off, 'TRUE');
    expect(await vav.state(off), 'the delay begins anew').toBe('NORM');
  });
});
