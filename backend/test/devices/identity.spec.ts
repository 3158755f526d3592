import type { ControllerDetail } from '@cupola/contracts';
import { shardOf } from '@cupola/domain';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ControllerLink } from '../../src/modules/devices/index.js';
import { startBackend, type TestBackend } from '../harness.js';
import { Box, devicePoint, register } from './box.js';
import { makePlace, type TestPlace } from './place.js';

let backend: TestBackend;
let place: TestPlace;
let box: Box;

beforeAll(async () => {
  backend = await startBackend();
  place = await makePlace(backend.database);
});
afterAll(() => backend.close());
beforeEach(async () => {
  const { claim } = await register(backend.admin, place);
  box = await Box.enrol(backend.bus, claim);
  await backend.admin.post(`/api/v1/controllers/${box.deviceId}/confirm`, {});
});

const path = (more = ''): string => `/api/v1/controllers/${box.deviceId}${more}`;
const detail = async (): Promise<ControllerDetail> => (await backend.admin.get<ControllerDetail>(path())).body;
const kinds = async (): Promise<string[]> => (await detail()).timeline.map(({ reason }) => reason);
const audited = (operation: string) => backend.database.query('SELECT FROM audit_records WHERE target_id = $1 AND operation = $2', [box.deviceId, operation]);
const isCallable = async () => (await new ControllerLink(backend.database).callTarget(box.deviceId)) !== null;

/** Another session opens; the gateway then says whether the old socket still answered. */
async function takeOver(reason: 'clone' | 'superseded', bootId: string = randomUUID()): Promise<void> {
  const old = { ...box.ref };
  await box.open();
  await box.hello([], { bootId });
  await backend.bus.request('sessions.ended', { ...old, code: 4500, reason, text: 'superseded' });
}

describe('two boxes with one identity', () => {
  it('are noticed at once, and no command is sent until a technician settles it', async () => {
    await box.connect();
    expect(await isCallable()).toBe(true);
    await takeOver('clone');
    expect(await detail()).toMatchObject({ link: 'online', reason: 'connected', commandsHeldUntil: expect.any(String) as string });
    expect((await kinds())[0]).toBe('clone');
    expect(await audited('controller.clone')).toHaveLength(1);
    expect(await isCallable()).toBe(false);
    const settled = await backend.admin.post<ControllerDetail>(path('/identity/settle'), {});
    expect(settled.body.commandsHeldUntil).toBeNull();
    expect((await kinds()).slice(0, 2)).toEqual(['confirmed', 'clone']);
    expect(await isCallable()).toBe(true);
    expect(await audited('controller.settle-identity')).toHaveLength(1);
    expect((await backend.admin.post(path('/identity/settle'), {})).status).toBe(409);
  });

  it('one of which was alone for ten minutes: commands are sent again', async () => {
    await box.connect();
    await takeOver('clone');
    await backend.database.query(`UPDATE controllers SET commands_held_until = commands_held_until - interval '10 minutes' WHERE id = $1`, [box.deviceId]);
    expect(await isCallable()).toBe(true);
    expect((await detail()).commandsHeldUntil).toBeNull();
  });

  it('that took over more than three times within an hour are called a duplicate', async () => {
    await box.connect();
    for (let turn = 0; turn < 3; turn += 1) await takeOver('clone');
    expect(await kinds()).not.toContain('duplicate_identity');
    await takeOver('clone');
    expect(await kinds()).toContain('duplicate_identity');
    expect(await audited('controller.duplicate_identity')).toHaveLength(1);
  });

  it('that take turns are found by their boot ids, though no old socket answers', async () => {
    await box.connect();
    const boots = [box.bootId, randomUUID()];
    for (let turn = 1; turn <= 5; turn += 1) await takeOver('superseded', boots[turn % 2]);
    expect(await kinds()).toContain('duplicate_identity');
  });

  it('is believed of sessions that were superseded, and once of each', async () => {
    await box.connect();
    await backend.bus.request('sessions.ended', { ...box.ref, code: 4500, reason: 'clone', text: '' });
    await box.connect();
    const old = { ...box.ref };
    await takeOver('clone');
    await backend.bus.request('sessions.ended', { ...old, code: 4500, reason: 'clone', text: '' });
    expect(await audited('controller.clone')).toHaveLength(1);
  });
});

it('a box that reboots over half-open sockets is none of this, however often', async () => {
  await box.connect();
  for (let reboot = 0; reboot < 6; reboot += 1) await takeOver('superseded');
  const timeline = await kinds();
  expect(timeline).not.toContain('clone');
  expect(timeline).not.toContain('duplicate_identity');
  expect(await isCallable()).toBe(true);
});

describe('the clock', () => {
  it('is shown, and noted where it is wrong', async () => {
    await box.open();
    await backend.bus.request('sessions.hello', { ...box.ref, hello: helloOf(), clockOffsetMs: 900 });
    expect((await detail()).session?.clock).toEqual({ offsetMs: 900, source: 'ntp' });
    expect(await kinds()).not.toContain('clock_skew');
    await backend.bus.request('sessions.clock', { ...box.ref, clockOffsetMs: -3_600_000 });
    const after = await detail();
    expect(after.session?.clock.offsetMs).toBe(-3_600_000);
    expect(after.timeline[0]).toMatchObject({ reason: 'clock_skew', text: expect.stringMatching(/3600 s behind/) as string });
    const old = { ...box.ref };
    await box.connect();
    await expect(backend.bus.request('sessions.clock', { ...old, clockOffsetMs: 0 })).rejects.toMatchObject({ code: 'STALE_SESSION' });
  });

  const helloOf = () => ({
    ...{ deviceId: box.deviceId, bootId: 'b', firmware: '', model: '', points: [], streams: [], subdevices: [], caps: {} },
    clock: { now: Date.now(), source: 'ntp', uptimeMs: 1 },
  });
});

describe('devices behind a controller', () => {
  const since = Date.UTC(2026, 10, 23);

  it('are shown as HELLO and later calls tell, the whole list each time', async () => {
    await box.open();
    await box.hello([devicePoint(0, 'energy', { subdevice: 'meter-1' })], { subdevices: [{ id: 'meter-1', state: 'online', since }, { id: 'meter-2', state: 'lost', since }] });
    expect((await detail()).subdevices).toEqual([
      { id: 'meter-1', state: 'online', since: '2026-11-23T00:00:00.000Z' },
      { id: 'meter-2', state: 'lost', since: '2026-11-23T00:00:00.000Z' },
    ]);
    await backend.bus.request('subdevices.changed', { ...box.ref, payload: { subdevices: [{ id: 'meter-1', state: 'offline', since }] } });
    expect((await detail()).subdevices).toMatchObject([{ id: 'meter-1', state: 'offline' }]);
  });

  it('make their points DOWN while they are away and the controller is there', async () => {
    const [point] = await backend.database.query<{ id: string; key: string }>(
      `INSERT INTO points (building_id, key, label, kind, function, unit) VALUES ($1, $2, 'Energy', 'analog', 'sensor', 'kWh') RETURNING id, key`,
      [place.buildingId, `energy-${randomUUID()}`],
    );
    const points = [devicePoint(0, point?.key ?? '', { unit: 'kWh', subdevice: 'meter-1' })];
    await box.open();
    const { channels } = await box.hello(points, { subdevices: [{ id: 'meter-1', state: 'online', since }], streams: [{ id: 's', oldest: 1, next: 2 }] });
    const now = Date.now();
    const frames = [{ streamId: 's', seq: 1, lane: 0 as const, rows: [[channels[0]?.channelId ?? 0, now, now, 7, 0] as [number, number, number, number, number]] }];
    await backend.bus.request('ingest.<shard>', { ...box.ref, frames }, { to: shardOf(box.deviceId) });
    const reading = async () => (await backend.admin.get<{ quality: string; value: number; controller: { link: string } }>(`/api/v1/points/${point?.id}`)).body;
    expect(await reading()).toMatchObject({ quality: 'GOOD', value: 7 });
    await backend.bus.request('subdevices.changed', { ...box.ref, payload: { subdevices: [{ id: 'meter-1', state: 'lost', since }] } });
    expect(await reading()).toMatchObject({ quality: 'DOWN', value: 7, controller: { link: 'online' } });
    await backend.bus.request('subdevices.changed', { ...box.ref, payload: { subdevices: [{ id: 'meter-1', state: 'online', since }] } });
    expect(await reading()).toMatchObject({ quality: 'GOOD' });
  });
});
