import type { ControllerDetail, DevicePoint, EventOf, IngestBatch } from '@cupola/contracts';
import { shardOf } from '@cupola/domain';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startBackend, type TestBackend } from '../harness.js';
import { Box, register } from './box.js';
import { makePlace, type TestPlace } from './place.js';

const POINTS: DevicePoint[] = [{ alias: 0, key: 'temperature', kind: 'analog', writable: false }];
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
  channelId = (await box.connect(POINTS)).channels[0]?.channelId ?? 0;
});

const detail = async (): Promise<ControllerDetail> => (await backend.admin.get<ControllerDetail>(`/api/v1/controllers/${box.deviceId}`)).body;
const send = (numbers: number[], losses: IngestBatch['losses'] = [], isUrgent = false) => {
  const now = Date.now();
  const frames = numbers.map((seq) => ({ streamId: 's1', seq, lane: 0 as const, rows: [[channelId, now, now, seq, 0] as [number, number, number, number, number]] }));
  return backend.bus.request('ingest.<shard>', { ...box.ref, frames, losses, isUrgent }, { to: shardOf(box.deviceId) });
};
const stored = async (): Promise<number[]> => {
  const rows = await backend.database.query<{ value: number }>('SELECT value FROM samples WHERE channel_id = $1 ORDER BY value', [channelId]);
  return rows.map(({ value }) => value);
};

it('a loss is on record with its bounds, shown, and the stream goes on behind it', async () => {
  const told: EventOf<'live.controllers'>[] = [];
  const stop = await backend.bus.subscribe('live.controllers', (event) => void told.push(event));
  expect(await send([1, 2, 6])).toEqual({ acked: { s1: 2 } });
  expect(await send([], [{ streamId: 's1', from: 3, to: 5, why: 'replay' }])).toEqual({ acked: { s1: 6 } });
  const { losses, timeline } = await detail();
  expect(losses).toMatchObject([{ stream: 's1', from: 3, to: 5, why: 'replay', rows: null }]);
  expect(timeline[0]).toMatchObject({ reason: 'samples_lost', text: expect.stringMatching(/Numbers 3 to 5 of stream s1 were lost/) as string });
  expect(told.map(({ controllerId }) => controllerId)).toEqual([box.deviceId]);
  expect(await stored()).toEqual([1, 2, 6]);
  await stop();
});

it('what is stored, or comes with the same batch, is not lost; a loss is recorded once', async () => {
  const loss = { streamId: 's1', from: 1, to: 6, why: 'store' as const };
  await send([2]);
  expect(await send([4], [loss])).toEqual({ acked: { s1: 6 } });
  expect(await send([], [loss])).toEqual({ acked: { s1: 6 } });
  expect((await detail()).losses.map(({ from, to }) => [from, to])).toEqual([[5, 6], [3, 3], [1, 1]]);
  expect(await send([3])).toEqual({ acked: { s1: 6 } });
  expect(await stored()).toEqual([2, 4]);
});

it('what the controller says of a loss that was found before completes it', async () => {
  await send([], [{ streamId: 's1', from: 1, to: 9, why: 'store' }]);
  const said = { carries: 'live' as const, rows: 180, oldest: 1_795_435_200_000, newest: 1_795_435_260_000 };
  await send([], [{ streamId: 's1', from: 1, to: 9, why: 'dropped', said }]);
  await send([], [{ streamId: 's1', from: 1, to: 9, why: 'dropped', said }]);
  expect((await detail()).losses).toMatchObject([{ from: 1, to: 9, why: 'dropped', carries: 'live', rows: 180, oldest: '2026-11-23T12:00:00.000Z' }]);
});

it('a superseded session records no loss', async () => {
  const old = { ...box.ref };
  await box.connect(POINTS);
  const batch = { ...old, frames: [], losses: [{ streamId: 's1', from: 1, to: 9, why: 'store' as const }] };
  await expect(backend.bus.request('ingest.<shard>', batch, { to: shardOf(box.deviceId) })).rejects.toMatchObject({ code: 'STALE_SESSION' });
  expect((await detail()).losses).toEqual([]);
});
