import type { IngestRow } from '@cupola/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_RANGES_BEYOND } from '../../src/modules/history/received-numbers.js';
import { batch, frame, type HistoryFixture, NOW, startHistory, startWriter, type TestController, type TestWriter } from './history-fixture.js';

let history: HistoryFixture;
let writer: TestWriter;
let one: TestController;
let two: TestController;

beforeEach(async () => {
  history = await startHistory();
  writer = await startWriter(history);
  [one, two] = history.controllers as [TestController, TestController];
});
afterEach(() => history.close());

const values = async (): Promise<(number | null)[]> => (await history.samples()).map(({ value }) => value);

describe('storing batches', () => {
  it('stores every column as it was sent, and says what is stored', async () => {
    const rows: IngestRow[] = [
      [one.channels[0] ?? 0, NOW - 1, NOW, 21.5, 0],
      [one.channels[1] ?? 0, NOW - 19 * 365 * 86_400_000, NOW, null, 3],
      [one.channels[2] ?? 0, NOW + 59_000, NOW, -1e308, 127],
    ];
    expect(await writer.store(batch(one, [{ streamId: 'main', seq: 1, lane: 0, rows }]))).toEqual({ acked: { main: 1 } });
    const stored = await history.pool.query<{ row: unknown }>(`
      SELECT jsonb_build_array(channel_id, (extract(epoch FROM source_time) * 1000)::bigint, (extract(epoch FROM received_time) * 1000)::bigint, value, quality) AS row
      FROM samples ORDER BY channel_id`);
    expect(stored.rows.map(({ row }) => row)).toEqual(rows);
  });

  it('stores a batch that comes twice once, and acks it again', async () => {
    const same = batch(one, [frame(one, 1, [1, 2]), frame(one, 2, [3])]);
    expect(await writer.store(same)).toEqual({ acked: { main: 2 } });
    expect(await writer.store(same)).toEqual({ acked: { main: 2 } });
    expect(await values()).toEqual([1, 2, 3]);
  });

  it('stores a batch once that comes twice in one transaction', async () => {
    const same = batch(one, [frame(one, 1, [1])]);
    await Promise.all([writer.store(same), writer.store(same), writer.store(same)]);
    expect(await values()).toEqual([1]);
  });

  it('stores overlapping batches once', async () => {
    await writer.store(batch(one, [frame(one, 1, [1]), frame(one, 2, [2])]));
    expect(await writer.store(batch(one, [frame(one, 2, [2]), frame(one, 3, [3])]))).toEqual({ acked: { main: 3 } });
    expect(await values()).toEqual([1, 2, 3]);
  });

  it('stores what comes beyond a gap, but does not ack past it', async () => {
    await writer.store(batch(one, [frame(one, 1, [1])]));
    expect(await writer.store(batch(one, [frame(one, 4, [4]), frame(one, 3, [3])]))).toEqual({ acked: { main: 1 } });
    expect(await writer.store(batch(one, [frame(one, 4, [4])]))).toEqual({ acked: { main: 1 } });
    expect(await writer.store(batch(one, [frame(one, 2, [2])]))).toEqual({ acked: { main: 4 } });
    expect(await values()).toEqual([1, 2, 3, 4]);
  });

  it('knows after a restart what it had stored', async () => {
    await writer.store(batch(one, [frame(one, 1, [1]), frame(one, 3, [3])]));
    const restarted = await startWriter(history);
    const all = batch(one, [frame(one, 1, [1]), frame(one, 2, [2]), frame(one, 3, [3])]);
    expect(await restarted.store(all)).toEqual({ acked: { main: 3 } });
    expect(await values()).toEqual([1, 2, 3]);
  });

  it('keeps streams of one controller apart', async () => {
    const other = { ...frame(one, 1, [2]), streamId: 'events' };
    expect(await writer.store(batch(one, [frame(one, 1, [1]), other]))).toEqual({ acked: { main: 1, events: 1 } });
    expect(await values()).toEqual([1, 2]);
  });

  it('does not take a frame behind the 64th hole, keeps the others, and takes it later', async () => {
    const holes = Array.from({ length: MAX_RANGES_BEYOND }, (_, index) => frame(one, 2 * index + 2, [index]));
    await writer.store(batch(one, holes));
    await expect(writer.store(batch(one, [frame(one, 200, [200]), frame(one, 3, [3])]))).rejects.toMatchObject({ code: 'OVERLOADED' });
    expect(await values()).toHaveLength(MAX_RANGES_BEYOND + 1);
    await writer.store(batch(one, [frame(one, 200, [200])]));
    expect(await values()).toContain(200);
  });
});

describe('batches that cannot be stored', () => {
  it('refuses a superseded session and stores its neighbours', async () => {
    const stale = writer.store(batch(one, [frame(one, 1, [1])], 0));
    const good = writer.store(batch(two, [frame(two, 1, [2])]));
    await expect(stale).rejects.toMatchObject({ code: 'STALE_SESSION' });
    expect(await good).toEqual({ acked: { main: 1 } });
    await history.pool.query('UPDATE controllers SET epoch = 2 WHERE id = $1', [two.id]);
    await expect(writer.store(batch(two, [frame(two, 2, [3])]))).rejects.toMatchObject({ code: 'STALE_SESSION' });
    expect(await values()).toEqual([2]);
  });

  it('refuses a controller that is not confirmed, and one that does not exist', async () => {
    await history.pool.query(`UPDATE controllers SET status = 'pending' WHERE id = $1`, [one.id]);
    await expect(writer.store(batch(one, [frame(one, 1, [1])]))).rejects.toMatchObject({ code: 'CONTROLLER_NOT_ACTIVE' });
    const nobody = { id: '00000000-0000-4000-8000-000000000000', channels: [1] };
    await expect(writer.store(batch(nobody, [frame(nobody, 1, [1])]))).rejects.toMatchObject({ code: 'STALE_SESSION' });
  });

  it.each<[what: string, row: (channel: number) => IngestRow]>([
    ['a source time of 1970', (channel) => [channel, 1000, NOW, 1, 0]],
    ['a source time of 2106', (channel) => [channel, Date.UTC(2106, 1, 7), NOW, 1, 0]],
    ['a source time 61 s ahead', (channel) => [channel, NOW + 61_000, NOW, 1, 0]],
    ['a received time before 1970', (channel) => [channel, NOW, -9e15, 1, 0]],
    ['NaN', (channel) => [channel, NOW, NOW, Number.NaN, 0]],
    ['Infinity', (channel) => [channel, NOW, NOW, Infinity, 0]],
    ['a channel number that no column holds', () => [2 ** 40, NOW, NOW, 1, 0]],
    ['a quality that no column holds', (channel) => [channel, NOW, NOW, 1, 70_000]],
  ])('leaves out %s and keeps the rest of the frame', async (_what, row) => {
    const good = frame(one, 1, [1, 2]);
    const rows = [...good.rows, row(one.channels[0] ?? 0)];
    expect(await writer.store(batch(one, [{ ...good, rows }]))).toEqual({ acked: { main: 1 } });
    expect(await values()).toEqual([1, 2]);
    expect(writer.warnings.join()).toContain('1 impossible samples');
  });

  it('finds the one batch that fails a transaction, and nobody else suffers', async () => {
    const poisonous = two.channels[0] ?? 0;
    await history.pool.query(`ALTER TABLE samples ADD CHECK (channel_id <> ${poisonous})`);
    const results = await Promise.allSettled(history.controllers.map((each) => writer.store(batch(each, [frame(each, 1, [7])]))));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'INTERNAL' } });
    expect(await values()).toEqual([7, 7]);
  });

  it('keeps a poisonous controller out of the others\' transactions from then on, and takes it back once it heals', async () => {
    const poisonous = two.channels[0] ?? 0;
    await history.pool.query(`ALTER TABLE samples ADD CONSTRAINT poison CHECK (channel_id <> ${poisonous})`);
    await Promise.allSettled(history.controllers.map((each) => writer.store(batch(each, [frame(each, 1, [7])]))));
    writer.warnings.length = 0;
    await Promise.allSettled(history.controllers.map((each) => writer.store(batch(each, [frame(each, 2, [8])]))));
    expect(writer.warnings.filter((text) => text.includes('several controllers'))).toEqual([]);
    await history.pool.query('ALTER TABLE samples DROP CONSTRAINT poison');
    expect(await writer.store(batch(two, [frame(two, 1, [7])]))).toEqual({ acked: { main: 1 } });
  });

  it('commits nothing for a shard that another process took over', async () => {
    await history.pool.query('UPDATE shards SET epoch = 2');
    await expect(writer.store(batch(one, [frame(one, 1, [1])]))).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(await values()).toEqual([]);
  });
});

describe('many at once', () => {
  it('stores each number once when two processes and many callers send the same', async () => {
    const other = await startWriter(history);
    const sends = history.controllers.flatMap((each) =>
      Array.from({ length: 40 }, (_, index) => {
        const seq = (index * 7) % 20 + 1;
        return (index % 2 ? writer : other).store(batch(each, [frame(each, seq, [seq]), frame(each, 21 - seq, [21 - seq])]));
      }),
    );
    await Promise.all(sends);
    const stored = await history.samples();
    for (const each of history.controllers) {
      const mine = stored.filter(({ channel_id: channel }) => channel === each.channels[0]).map(({ value }) => value);
      expect(mine).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    }
  });

  it('gathers concurrent batches into few transactions', async () => {
    await Promise.all(Array.from({ length: 100 }, (_, index) => writer.store(batch(one, [frame(one, index + 1, [index])]))));
    expect(writer.commits.length).toBeLessThan(10);
    expect(await values()).toHaveLength(100);
  });
});
