import type { ValuesChanged } from '@cupola/contracts';
import { SHARD_COUNT, shardOf } from '@cupola/domain';
import { createInMemoryBus, type MessageBus } from '@cupola/messaging';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readBackendConfig } from '../../src/config/read-backend-config.js';
import { createBackend, type RunningBackend } from '../../src/create-backend.js';
import { clockOf } from '../harness.js';
import { type Breakable, breakable } from './breakable.js';
import { batch, frame, type HistoryFixture, NOW, startHistory, type TestController } from './history-fixture.js';

let history: HistoryFixture;
let line: Breakable;
let dataDir: string;
let one: TestController;
const running: { backend: RunningBackend; bus: MessageBus }[] = [];

beforeEach(async () => {
  history = await startHistory();
  await history.pool.query('DELETE FROM shards');
  one = history.controllers[0] as TestController;
  line = await breakable(history.url);
  dataDir = await mkdtemp(join(tmpdir(), 'cupola-history-'));
});
afterEach(async () => {
  line.mend();
  for (const { backend, bus } of running.splice(0)) {
    await backend.close();
    await bus.close();
  }
  await line.close();
  await history.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(url = line.url): Promise<MessageBus> {
  const bus = createInMemoryBus();
  const config = readBackendConfig({ DATABASE_URL: url, CUPOLA_PORT: '0', CUPOLA_DATA_DIR: dataDir, CUPOLA_ADMIN_PASSWORD: randomBytes(12).toString('hex') });
  const backend = await createBackend({ config, bus, clock: clockOf({ now: () => NOW }) });
  running.push({ backend, bus });
  return bus;
}

const ingest = (bus: MessageBus, seq: number, controller = one) =>
  bus.request('ingest.<shard>', batch(controller, [frame(controller, seq, [seq])]), { to: shardOf(controller.id) });

describe('ingest on the bus', () => {
  it('answers every shard as soon as the program runs, and tells of changed points', async () => {
    const point = await addPoint();
    const bus = await start();
    const told: ValuesChanged['values'] = [];
    await bus.subscribe('live.values', ({ values }) => void told.push(...values));
    for (const each of history.controllers) expect(await ingest(bus, 1, each)).toEqual({ acked: { main: 1 } });
    const rows = await history.pool.query('SELECT count(*)::int AS count, min(epoch)::int AS epoch FROM shards');
    expect(rows.rows).toEqual([{ count: SHARD_COUNT, epoch: 1 }]);
    await vi.waitFor(() => expect(told).toHaveLength(1), { timeout: 30_000 });
    expect(told[0]).toMatchObject({ pointId: point, channelId: one.channels[0], value: 1, quality: 'GOOD', flags: [] });
  });

  it('says that the database is away, loses nothing and goes on by itself when it is back', async () => {
    const bus = await start();
    await ingest(bus, 1);
    line.cut();
    await expect(ingest(bus, 2)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await expect(ingest(bus, 3)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    line.mend();
    await vi.waitFor(async () => expect(await ingest(bus, 2)).toEqual({ acked: { main: 2 } }), { timeout: 30_000 });
    expect(await ingest(bus, 3)).toEqual({ acked: { main: 3 } });
    expect((await history.samples()).map(({ value }) => value)).toEqual([1, 2, 3]);
  });

  it('hands its shards over when its locks are lost, and commits nothing for them any more', async () => {
    const first = await start();
    const second = await start(history.url);
    await expect(ingest(second, 1)).rejects.toThrow('nobody answers');
    line.cut();
    await vi.waitFor(async () => expect(await ingest(second, 1)).toEqual({ acked: { main: 1 } }), { timeout: 30_000 });
    line.mend();
    await vi.waitFor(() => expect(ingest(first, 2)).rejects.toThrow('nobody answers'), { timeout: 30_000 });
    expect(await ingest(second, 2)).toEqual({ acked: { main: 2 } });
    expect((await history.samples()).map(({ value }) => value)).toEqual([1, 2]);
  });
});

async function addPoint(): Promise<string> {
  const { rows } = await history.pool.query<{ id: string }>(`
    WITH building AS (INSERT INTO buildings (site_id, name, unit_system) SELECT id, 'B', 'metric' FROM sites RETURNING id)
    INSERT INTO points (building_id, key, label, kind, function) SELECT id, 'p', 'P', 'analog', 'sensor' FROM building RETURNING id`);
  await history.pool.query('UPDATE channels SET point_id = $1 WHERE id = $2', [rows[0]?.id, one.channels[0]]);
  return rows[0]?.id ?? '';
}
