import type { ControllerDetail } from '@cupola/contracts';
import { shardOf } from '@cupola/domain';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startBackend, type TestBackend } from '../harness.js';
import { Box, devicePoint, register } from './box.js';
import { makePlace, type TestPlace } from './place.js';

let backend: TestBackend;
let place: TestPlace;
let box: Box;
let channelId: number;

beforeAll(async () => {
  backend = await startBackend();
  place = await makePlace(backend.database);
});
afterAll(() => backend.close());
beforeEach(async () => {
  const { claim } = await register(backend.admin, place);
  box = await Box.enrol(backend.bus, claim);
  await backend.admin.post(`/api/v1/controllers/${box.deviceId}/confirm`, {});
  channelId = (await box.connect([devicePoint(0, 'temperature')])).channels[0]?.channelId ?? 0;
});

const path = (more = ''): string => `/api/v1/controllers/${box.deviceId}${more}`;
const detail = async (): Promise<ControllerDetail> => (await backend.admin.get<ControllerDetail>(path())).body;
const send = (numbers: number[], value = (seq: number) => seq) => {
  const now = Date.now();
  const frames = numbers.map((seq) => ({ streamId: 's1', seq, lane: 0 as const, rows: [[channelId, now, now, value(seq), 0] as [number, number, number, number, number]] }));
  return backend.bus.request('ingest.<shard>', { ...box.ref, frames }, { to: shardOf(box.deviceId) });
};
const stored = async (): Promise<number[]> => {
  const rows = await backend.database.query<{ value: number }>('SELECT value FROM samples WHERE channel_id = $1 ORDER BY value', [channelId]);
  return rows.map(({ value }) => value);
};
/** A box restored from a copy says HELLO: `next` is the number that it would send. */
async function comeBack(oldest: number, next: number) {
  await box.open();
  return box.hello([devicePoint(0, 'temperature')], { streams: [{ id: 's1', oldest, next }] });
}

it('a restored box is taken with its own numbers once a technician accepts them; nothing stored is lost or doubled', async () => {
  await send([1, 2, 3, 4, 5, 6]);
  expect((await comeBack(2, 4)).conflict).toMatch(/number 4 of stream s1.*up to 6/);
  expect(await detail()).toMatchObject({ streamConflict: { stream: 's1', next: 4, stored: 6, accepted: false } });
  const answer = await backend.admin.post<ControllerDetail>(path('/streams/accept'), {});
  expect(answer.body.streamConflict).toMatchObject({ accepted: true });
  expect(answer.body.timeline[0]?.reason).toBe('stream_accepted');
  // It went on recording meanwhile: 4 and 5 are new, 2 and 3 are of the copy.
  expect(await comeBack(2, 6)).toMatchObject({ conflict: null, acked: { s1: 3 } });
  expect(await send([4, 5], (seq) => 100 + seq)).toEqual({ acked: { s1: 5 } });
  expect(await send([4, 5], (seq) => 100 + seq)).toEqual({ acked: { s1: 5 } });
  expect(await stored()).toEqual([1, 2, 3, 4, 5, 6, 104, 105]);
  expect((await detail()).streamConflict).toBeNull();
  const records = await backend.database.query(`SELECT FROM audit_records WHERE target_id = $1 AND operation = 'controller.accept-new-streams'`, [box.deviceId]);
  expect(records).toHaveLength(1);
  expect((await comeBack(6, 6)).conflict, 'accepted once, not for ever').toBeNull();
  expect((await comeBack(1, 2)).conflict).not.toBeNull();
});

it('numbers that have overtaken what is stored while they were refused do not slip through', async () => {
  await send([1, 2, 3, 4, 5, 6]);
  await comeBack(2, 4);
  expect((await comeBack(2, 9)).conflict).toMatch(/once started over/);
  await backend.admin.post(path('/streams/accept'), {});
  expect(await comeBack(2, 9)).toMatchObject({ conflict: null, acked: { s1: 3 } });
});

it('without a conflict there is nothing to accept', async () => {
  expect((await backend.admin.post(path('/streams/accept'), {})).status).toBe(409);
});
