import type { IngestFrame } from '@cupola/contracts';
import { newerReading } from '@cupola/domain';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredReading } from '../../src/modules/history/latest-values.js';
import { batch, frame, type HistoryFixture, NOW, startHistory, startWriter, type TestController, type TestWriter } from './history-fixture.js';

let history: HistoryFixture;
let one: TestController;

beforeEach(async () => {
  history = await startHistory(2);
  one = history.controllers[0] as TestController;
});
afterEach(() => history.close());

const at = (seq: number, minutes: number, value: number): IngestFrame => ({
  ...frame(one, seq, []),
  rows: [[one.channels[0] ?? 0, NOW - minutes * 60_000, NOW + seq, value, 0]],
});
const current = (writer: TestWriter): number | null | undefined => writer.latest.ofChannel(one.channels[0] ?? 0)?.value;

describe('current values', () => {
  it('follow the newest source time, whatever order samples come in', async () => {
    const writer = await startWriter(history);
    await writer.store(batch(one, [at(1, 10, 1)]));
    await writer.store(batch(one, [{ ...at(2, 60, 2), lane: 1 }]));
    expect(current(writer)).toBe(1);
    await writer.store(batch(one, [at(3, 5, 3)]));
    expect(current(writer)).toBe(3);
    await writer.store(batch(one, [at(4, 5, 4)]));
    expect(current(writer)).toBe(4);
  });

  it('are found by point, and follow a change of binding', async () => {
    const writer = await startWriter(history);
    const [first = 0, second = 0] = one.channels;
    const point = await addPoint();
    await writer.store(batch(one, [at(1, 10, 1)]));
    expect(writer.latest.of(point)).toBeUndefined();
    await history.pool.query('UPDATE channels SET point_id = $1 WHERE id = $2', [point, first]);
    await writer.latest.refresh([first, second]);
    expect(writer.latest.of(point)).toEqual({ channelId: first, value: 1, stored: 0, sourceTime: NOW - 600_000, receivedTime: NOW + 1 });
    await history.pool.query('UPDATE channels SET point_id = NULL WHERE id = $1', [first]);
    await history.pool.query('UPDATE channels SET point_id = $1 WHERE id = $2', [point, second]);
    await writer.latest.refresh([second, first]);
    expect(writer.latest.of(point)).toBeUndefined();
    expect(writer.latest.pointOf(second)).toBe(point);
  });

  it('survive being written down while newer ones are in the table', async () => {
    const writer = await startWriter(history);
    await writer.store(batch(one, [at(1, 10, 1)]));
    await history.pool.query(`INSERT INTO latest_values SELECT id, $1, now(), 99, 0 FROM channels`, [new Date(NOW).toISOString()]);
    await writer.flush.flush();
    const { rows } = await history.pool.query('SELECT DISTINCT value FROM latest_values');
    expect(rows).toEqual([{ value: 99 }]);
  });

  it('of a channel that was deleted do not keep the others from being written down', async () => {
    const writer = await startWriter(history);
    await writer.store(batch(one, [at(1, 10, 1)]));
    const other = history.controllers[1] as TestController;
    await writer.store(batch(other, [frame(other, 1, [5])]));
    await history.pool.query('DELETE FROM controllers WHERE id = $1', [one.id]);
    await writer.flush.flush();
    expect((await history.pool.query('SELECT value FROM latest_values')).rows).toEqual([{ value: 5 }]);
  });

  it('after a kill at any moment are what the samples say', async () => {
    type Step = { kind: 'store'; frames: [seq: number, minute: number][] } | { kind: 'flush' } | { kind: 'kill' };
    const step: fc.Arbitrary<Step> = fc.oneof(
      { weight: 5, arbitrary: fc.record({ kind: fc.constant('store' as const), frames: fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 600 })), { minLength: 1, maxLength: 4 }) }) },
      { weight: 2, arbitrary: fc.constant({ kind: 'flush' as const }) },
      { weight: 2, arbitrary: fc.constant({ kind: 'kill' as const }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
        await history.pool.query('TRUNCATE samples, latest_values, streams');
        let writer = await startWriter(history);
        for (const each of steps) {
          if (each.kind === 'store') await writer.store(batch(one, each.frames.map(([seq, minute]) => at(seq, minute, seq))));
          else if (each.kind === 'flush') await writer.flush.flush();
          else {
            writer = await startWriter(history);
            expect(current(writer)).toBe(await truth());
          }
        }
        expect(current(writer)).toBe(await truth());
      }),
      { numRuns: 60 },
    );
  });
});

async function truth(): Promise<number | null | undefined> {
  const { rows } = await history.pool.query<{ source: Date; received: Date; value: number }>(
    'SELECT source_time AS source, received_time AS received, value FROM samples WHERE channel_id = $1',
    [one.channels[0]],
  );
  const newest = rows
    .map(({ source, received, value }): StoredReading => {
      return { channelId: 0, stored: 0, value, sourceTime: source.getTime(), receivedTime: received.getTime() };
    })
    .reduce<StoredReading | undefined>((best, each) => newerReading(best, each), undefined);
  return newest?.value;
}

async function addPoint(): Promise<string> {
  const { rows } = await history.pool.query<{ id: string }>(`
    WITH building AS (INSERT INTO buildings (site_id, name, unit_system) SELECT id, 'B', 'metric' FROM sites RETURNING id)
    INSERT INTO points (building_id, key, label, kind, function) SELECT id, 'p', 'P', 'analog', 'sensor' FROM building RETURNING id`);
  return rows[0]?.id ?? '';
}
