import type { IngestFrame } from '@cupola/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { periodAround } from '../../src/modules/history/partition-period.js';
import { Partitions } from '../../src/modules/history/partitions.js';
import { type HistoryFixture, NOW, startHistory } from './history-fixture.js';

let history: HistoryFixture;
beforeEach(async () => {
  history = await startHistory(0);
});
afterEach(() => history.close());

const names = async (): Promise<string[]> => {
  const { rows } = await history.pool.query<{ name: string }>(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'samples'::regclass ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
};
const at = (...times: number[]): Pick<IngestFrame, 'rows'>[] => [{ rows: times.map((time) => [1, time, time, 1, 0]) }];
const insert = (time: number) => history.pool.query('INSERT INTO samples VALUES (1, $1, now(), 1, 0)', [new Date(time).toISOString()]);

describe('periods', () => {
  it.each([
    ['day', '2026-11-23T12:00:00Z', '2026-11-23', '2026-11-24'],
    ['week', '2026-11-23T00:00:00Z', '2026-11-23', '2026-11-30'],
    ['week', '2026-11-22T23:59:59Z', '2026-11-16', '2026-11-23'],
    ['week', '1969-12-29T00:00:00Z', '1969-12-29', '1970-01-05'],
    ['month', '2026-12-31T23:59:59Z', '2026-12-01', '2027-01-01'],
    ['month', '1969-02-01T00:00:00Z', '1969-02-01', '1969-03-01'],
  ] as const)('the %s around %s', (period, at, from, to) => {
    expect(periodAround(Date.parse(at), period)).toEqual({ from: Date.parse(from), to: Date.parse(to) });
  });
});

describe('partitions', () => {
  it('are made once, however many processes need them at once', async () => {
    const processes = Array.from({ length: 8 }, () => new Partitions(history.pool, 'day'));
    await Promise.all(processes.map((each) => each.ensure(at(NOW, NOW - 86_400_000, NOW))));
    expect(await names()).toEqual(['samples_20261122', 'samples_20261123']);
    await insert(NOW);
  });

  it('are made while a COPY into the table is open', async () => {
    await new Partitions(history.pool, 'day').ensure(at(NOW));
    const client = await history.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('INSERT INTO samples VALUES (1, $1, now(), 1, 0)', [new Date(NOW).toISOString()]);
      await new Partitions(history.pool, 'day').ensure(at(NOW + 86_400_000));
      await client.query('COMMIT');
    } finally {
      client.release();
    }
    expect(await names()).toHaveLength(2);
  });

  it('fit between those of another period after the setting was changed', async () => {
    const day = 86_400_000;
    await new Partitions(history.pool, 'day').ensure(at(NOW, NOW + 3 * day));
    const weeks = new Partitions(history.pool, 'week');
    await weeks.ensure(at(NOW, NOW + day, NOW + 4 * day, NOW + 7 * day));
    for (let shift = 0; shift < 14; shift += 1) await insert(NOW + shift * day);
    expect(await names()).toEqual(['samples_20261123', 'samples_20261124', 'samples_20261126', 'samples_20261127', 'samples_20261130']);
  });

  it('carry the index on channel and time', async () => {
    await new Partitions(history.pool, 'month').ensure(at(NOW));
    const { rows } = await history.pool.query(`SELECT indexdef FROM pg_indexes WHERE tablename = 'samples_20261101'`);
    expect(rows).toHaveLength(1);
  });
});
