import { SHARD_COUNT } from '@cupola/domain';
import { createDatabase } from '@cupola/testing';
import { DataSource } from 'typeorm';
import { queryObjects } from 'node:v8';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Database } from '../../src/database/database.js';
import { ShardEpochs } from '../../src/modules/history/shard-epochs.js';
import { ShardOwnership } from '../../src/modules/history/shard-ownership.js';
import { type Breakable, breakable } from './breakable.js';

const ROUNDS = 1_000;
/** Longer than any test takes. */
const NO_SECOND_ROUND = 600_000;

let line: Breakable;
let dataSource: DataSource;
let epochs: ShardEpochs;
let ownership: ShardOwnership;
let rounds: number;

beforeEach(async () => {
  line = await breakable((await createDatabase()).url);
  dataSource = await new DataSource({ type: 'postgres', url: line.url }).initialize();
  epochs = new ShardEpochs();
  rounds = 0;
});
afterEach(async () => {
  line.mend();
  await ownership.stop();
  await dataSource.destroy();
  await line.close();
});

async function own(roundMs: number): Promise<void> {
  const settled = (): Promise<void> => Promise.resolve(void (rounds += 1));
  const events = { taken: () => Promise.resolve(), settled, lost: () => undefined, warn: () => undefined };
  ownership = new ShardOwnership(new Database(dataSource).pool, 'this process', epochs, events, roundMs);
  await ownership.start();
}

async function passRounds(count: number): Promise<void> {
  const until = rounds + count;
  await vi.waitFor(() => expect(rounds).toBeGreaterThanOrEqual(until), { timeout: 60_000 });
}

it('keeps nothing of the rounds that are over', async () => {
  await own(1);
  await passRounds(50);
  const before = queryObjects(Promise, { format: 'count' });
  await passRounds(ROUNDS);
  // Each of them waits for several promises.
  expect(queryObjects(Promise, { format: 'count' }) - before).toBeLessThan(ROUNDS / 2);
}, 90_000);

it('takes its shards again when a broken connection is back', async () => {
  await own(1);
  line.cut();
  await vi.waitFor(() => expect(epochs.owned).toEqual([]), { timeout: 20_000 });
  line.mend();
  await vi.waitFor(() => expect(epochs.owned).toHaveLength(SHARD_COUNT), { timeout: 20_000 });
});

it('gives up its shards as soon as the connection breaks, not at the next round', async () => {
  await own(NO_SECOND_ROUND);
  expect(epochs.owned).toHaveLength(SHARD_COUNT);
  line.cut();
  await vi.waitFor(() => expect(epochs.owned).toEqual([]), { timeout: 20_000 });
});
