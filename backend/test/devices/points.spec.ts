import type { ControllerDetail, DevicePoint } from '@cupola/contracts';
import { waitFor } from '@cupola/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBackend, type TestBackend } from '../harness.js';
import { Box, devicePoint, register } from './box.js';
import { addEquipment, addPoint, makePlace, type TestPlace } from './place.js';

let backend: TestBackend;
let place: TestPlace;
let box: Box;

beforeAll(async () => {
  backend = await startBackend();
});
afterAll(() => backend.close());
beforeEach(async () => {
  place = await makePlace(backend.database, [{ key: 'temp' }, { key: 'fan', kind: 'binary' }, { key: 'flow', unit: 'l/s' }]);
  box = await enrolled({ equipment: place.equipmentId });
});

async function enrolled(more: Record<string, unknown>): Promise<Box> {
  const { claim } = await register(backend.admin, place, more);
  return Box.enrol(backend.bus, claim, randomUUID());
}
const detail = async (of = box): Promise<ControllerDetail> => (await backend.admin.get<ControllerDetail>(`/api/v1/controllers/${of.deviceId}`)).body;
const bindings = async (of = box) => (await detail(of)).bindings.map(({ key, point, quarantine }) => ({ key, point: point?.name ?? null, quarantine }));
const bind = (body: { key: string; point: string | null }[], of = box) =>
  backend.admin.put<ControllerDetail & { errors: { path: string; message: string }[]; code: string }>(`/api/v1/controllers/${of.deviceId}/bindings`, { bindings: body });

async function put(points: DevicePoint[], of = box) {
  const { ticket } = await of.ticket({ audience: 'points' });
  return backend.bus.request('points.put', { ticket, uploadId: randomUUID(), part: 0, parts: 1, remoteAddress: '10.0.0.7', points });
}

describe('a point list', () => {
  it('binds keys to the points of the same key', async () => {
    await box.connect([devicePoint(1, 'temp'), devicePoint(2, 'fan', { kind: 'binary', unit: undefined }), devicePoint(3, 'extra')]);
    expect(await bindings()).toEqual([
      { key: 'temp', point: 'Point temp', quarantine: null },
      { key: 'fan', point: 'Point fan', quarantine: null },
      { key: 'extra', point: null, quarantine: null },
    ]);
    expect((await detail()).points).toEqual({ reported: 3, bound: 2, quarantined: 0 });
  });

  it('quarantines what contradicts the model, with what to do about it', async () => {
    await box.connect([devicePoint(1, 'temp', { unit: 'degF' }), devicePoint(2, 'fan'), devicePoint(3, 'flow', { unit: 'l/s' })]);
    const seen = await bindings();
    expect(seen[0]).toMatchObject({ key: 'temp', point: null, quarantine: 'The controller measures in degF, the model has Point temp in degC. Correct one of them.' });
    expect(seen[1]).toMatchObject({ key: 'fan', point: null, quarantine: expect.stringMatching(/reports it as analog.*as binary/) as string });
    expect(seen[2]).toMatchObject({ key: 'flow', point: 'Point flow', quarantine: null });
    await box.connect([devicePoint(1, 'temp'), devicePoint(3, 'flow', { unit: 'l/s' })]);
    expect(await bindings()).toEqual([
      { key: 'temp', point: 'Point temp', quarantine: null },
      { key: 'flow', point: 'Point flow', quarantine: null },
    ]);
  });

  it('holds back a writable point without a relinquish default', async () => {
    expect(await put([devicePoint(1, 'temp', { writable: true })])).toMatchObject({ accepted: 0, quarantined: [{ key: 'temp', reason: expect.stringMatching(/relinquish default/) as string }] });
  });

  it('with a repeated key, a repeated alias or an unprintable key is refused whole', async () => {
    await box.open();
    await expect(box.hello([devicePoint(1, 'temp'), devicePoint(2, 'temp')])).rejects.toMatchObject({ code: 'POINT_LIST_INVALID', message: expect.stringMatching(/temp appears twice/) as string });
    await expect(put([devicePoint(1, 'temp'), devicePoint(1, 'fan')])).rejects.toMatchObject({ code: 'POINT_LIST_INVALID' });
    await expect(put([devicePoint(1, 'te\u0000mp')])).rejects.toMatchObject({ code: 'POINT_LIST_INVALID' });
    expect((await detail()).points.reported).toBe(0);
  });

  it('that came by PUT is named in HELLO by its revision; an unknown one is asked for', async () => {
    await box.open();
    expect((await box.hello('f'.repeat(64))).points).toEqual({ rev: '', wanted: true });
    const { pointsRev, accepted } = await put([devicePoint(2, 'fan', { kind: 'binary', unit: undefined }), devicePoint(1, 'temp')]);
    expect(accepted).toBe(2);
    expect((await box.renew()).channelsChanged).toEqual([box.ref]);
    const { channels } = await backend.bus.request('sessions.channels', box.ref);
    expect(channels.map(({ alias, key }) => [alias, key])).toEqual([[1, 'temp'], [2, 'fan']]);
    expect((await box.renew()).channelsChanged).toEqual([]);
    await box.open();
    const again = await box.hello(pointsRev);
    expect(again).toMatchObject({ points: { rev: pointsRev, wanted: false }, channels });
  });

  it('has the same revision in whatever order it comes', async () => {
    const one = await put([devicePoint(1, 'temp'), devicePoint(2, 'extra')]);
    const other = await put([devicePoint(2, 'extra'), devicePoint(1, 'temp')]);
    expect(other.pointsRev).toBe(one.pointsRev);
    expect((await put([devicePoint(1, 'temp')])).pointsRev).not.toBe(one.pointsRev);
  });

  it('of many parts takes effect with its last part, under one ticket', async () => {
    const { ticket } = await box.ticket({ audience: 'points' });
    const uploadId = randomUUID();
    const part = (index: number, points: DevicePoint[], token = ticket) =>
      backend.bus.request('points.put', { ticket: token, uploadId, part: index, parts: 3, remoteAddress: '10.0.0.7', points });
    const thousand = (from: number) => Array.from({ length: 1000 }, (_, index) => devicePoint(from + index, `key-${from + index}`));
    await part(0, thousand(0));
    await expect(part(1, thousand(1000), 'X'.repeat(43))).rejects.toMatchObject({ code: 'TICKET_REFUSED' });
    await part(1, thousand(1000));
    expect((await detail()).points.reported).toBe(0);
    expect(await part(2, [devicePoint(2000, 'temp')])).toMatchObject({ accepted: 2001, pointsRev: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    expect((await detail()).points).toEqual({ reported: 2001, bound: 1, quarantined: 0 });
    await expect(backend.bus.request('points.put', { ticket, uploadId: randomUUID(), part: 0, parts: 1, remoteAddress: 'x', points: [] })).rejects.toMatchObject({
      code: 'TICKET_REFUSED',
    });
  });

  it('that lost a key keeps its samples for the day when it comes back', async () => {
    const before = await box.connect([devicePoint(1, 'temp'), devicePoint(2, 'extra')]);
    const after = await box.connect([devicePoint(2, 'extra')]);
    expect(after.channels.map(({ key }) => key)).toEqual(['extra']);
    const back = await box.connect([devicePoint(7, 'temp')]);
    expect(back.channels).toMatchObject([{ alias: 7, key: 'temp', channelId: before.channels[0]?.channelId }]);
    expect(await bindings()).toEqual([{ key: 'temp', point: 'Point temp', quarantine: null }]);
  });

  it('gives multistate channels the codes that they may report', async () => {
    const states = [0, 1, 2].map((code) => ({ code, key: `s${code}`, label: `State ${code}`, isNormal: code === 0, isAlarm: false }));
    const { channels } = await box.connect([devicePoint(1, 'mode', { kind: 'multistate', unit: undefined, states })]);
    expect(channels).toMatchObject([{ key: 'mode', kind: 'multistate', codes: [0, 1, 2] }]);
  });
});

describe('a binding', () => {
  it('is found where the controller stands: its equipment, or the building when it has none', async () => {
    const other = await addEquipment(backend.database, place, 'VAV-302');
    await addPoint(backend.database, place, { key: 'elsewhere', equipmentId: other });
    await box.connect([devicePoint(1, 'elsewhere')]);
    expect(await bindings()).toEqual([{ key: 'elsewhere', point: null, quarantine: null }]);
    const wide = await enrolled({});
    await wide.connect([devicePoint(1, 'elsewhere')]);
    expect(await bindings(wide)).toEqual([{ key: 'elsewhere', point: 'Point elsewhere', quarantine: null }]);
  });

  it('is one per point: the second controller is told who has it', async () => {
    await box.connect([devicePoint(1, 'temp')]);
    const wide = await enrolled({});
    await wide.connect([devicePoint(1, 'temp')]);
    expect((await bindings(wide))[0]?.quarantine).toMatch(/Point temp is bound to VAV controller \d+ already/);
    expect((await bindings())[0]?.point).toBe('Point temp');
  });

  it('appears when the model brings the point after the list', async () => {
    await box.connect([devicePoint(1, 'later')]);
    await addPoint(backend.database, place, { key: 'later' });
    backend.bus.publish('live.model', { buildingId: place.buildingId });
    await waitFor(async () => (await bindings())[0]?.point === 'Point later');
    expect((await box.renew()).channelsChanged).toEqual([box.ref]);
  });

  it('ends when the model gets another unit, and comes back with the right one', async () => {
    await box.connect([devicePoint(1, 'temp')]);
    const changeUnit = async (unit: string) => {
      await backend.database.query('UPDATE points SET unit = $2 WHERE id = $1', [place.points['temp'], unit]);
      backend.bus.publish('live.model', { buildingId: place.buildingId });
    };
    await changeUnit('K');
    await waitFor(async () => /measures in degC.*in K/.test((await bindings())[0]?.quarantine ?? ''));
    await changeUnit('degC');
    await waitFor(async () => (await bindings())[0]?.point === 'Point temp');
  });

  it('is judged anew with each HELLO, also of a list that is known', async () => {
    const list = [devicePoint(1, 'temp'), devicePoint(2, 'faulty', { writable: true })];
    await box.connect(list);
    await addPoint(backend.database, place, { key: 'faulty', writable: true });
    await backend.database.query(`UPDATE points SET unit = 'K' WHERE id = $1`, [place.points['temp']]);
    await box.connect(list);
    expect(await bindings()).toMatchObject([
      { key: 'temp', point: null, quarantine: expect.stringMatching(/in K/) as string },
      { key: 'faulty', point: null, quarantine: expect.stringMatching(/relinquish default/) as string },
    ]);
  });

  it('takes the samples along that came before it', async () => {
    const { channels } = await box.connect([devicePoint(1, 'odd-name')]);
    const channelId = channels[0]?.channelId ?? 0;
    await backend.admin.post(`/api/v1/controllers/${box.deviceId}/confirm`, {});
    const at = Date.now() - 1000;
    const frame = { streamId: 's', seq: 1, lane: 0 as const, rows: [[channelId, at, at, 20.5, 0] as [number, number, number, number, number]] };
    const { shard } = (await backend.database.query<{ shard: number }>('SELECT shard FROM controllers WHERE id = $1', [box.deviceId]))[0] ?? { shard: 0 };
    await backend.bus.request('ingest.<shard>', { ...box.ref, frames: [frame] }, { to: shard });
    expect((await bind([{ key: 'odd-name', point: place.points['temp'] ?? '' }])).status).toBe(200);
    await waitFor(async () => (await backend.admin.get<{ value: number }>(`/api/v1/points/${place.points['temp']}`)).body.value === 20.5);
  });

  it('by hand swaps two points, and stays off when a person took it off', async () => {
    await addPoint(backend.database, place, { key: 'temp2' });
    await box.connect([devicePoint(1, 'temp'), devicePoint(2, 'temp2')]);
    const swap = await bind([{ key: 'temp', point: place.points['temp2'] ?? '' }, { key: 'temp2', point: place.points['temp'] ?? '' }]);
    expect(swap.body.bindings.map(({ key, point }) => [key, point?.name])).toEqual([['temp', 'Point temp2'], ['temp2', 'Point temp']]);
    await bind([{ key: 'temp', point: null }]);
    await box.connect([devicePoint(1, 'temp'), devicePoint(2, 'temp2')]);
    expect(await bindings()).toMatchObject([{ key: 'temp', point: null, quarantine: expect.stringMatching(/by hand/) as string }, { key: 'temp2', point: 'Point temp' }]);
  });

  it('by hand is refused whole, with one reason per key', async () => {
    const wide = await enrolled({});
    await wide.connect([devicePoint(1, 'flow', { unit: 'l/s' }), devicePoint(2, 'spare')]);
    await box.connect([devicePoint(1, 'temp'), devicePoint(2, 'x'), devicePoint(3, 'y', { unit: 'bar' }), devicePoint(4, 'z')]);
    const answer = await bind([
      { key: 'x', point: place.points['temp'] ?? '' },
      { key: 'y', point: place.points['flow'] ?? '' },
      { key: 'z', point: place.points['fan'] ?? '' },
      { key: 'nowhere', point: null },
    ]);
    expect(answer).toMatchObject({ status: 409, body: { code: 'BINDING_CONFLICT' } });
    expect(answer.body.errors).toMatchObject([
      { path: 'x', message: 'Point temp is bound to the key temp already.' },
      { path: 'y', message: expect.stringMatching(/measures in bar/) as string },
      { path: 'z', message: expect.stringMatching(/as analog.*as binary/) as string },
      { path: 'nowhere', message: expect.stringMatching(/does not report this key/) as string },
    ]);
    expect((await bindings()).filter(({ point }) => point !== null)).toHaveLength(1);
  });

  it('ends with its controller: another one may serve the point then', async () => {
    await box.connect([devicePoint(1, 'temp')]);
    await backend.admin.post(`/api/v1/controllers/${box.deviceId}/revoke`, { reason: 'replaced' });
    const next = await enrolled({ equipment: place.equipmentId });
    await next.connect([devicePoint(1, 'temp')]);
    expect(await bindings(next)).toEqual([{ key: 'temp', point: 'Point temp', quarantine: null }]);
  });
});
