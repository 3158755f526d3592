import type { Point, samplesResponse } from '@cupola/contracts';
import { encodeQuality } from '@cupola/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { HOUSE, importModel } from '../building/models.js';
import { startBackend, type TestBackend } from '../harness.js';
import { serve } from '../points/serve.js';

type Samples = z.infer<typeof samplesResponse>;
const DAY = 86_400_000;
const START = Date.UTC(2015, 0, 1);
const ROWS_A_DAY = 12_000;
const AWKWARD = [0.1 + 0.2, -0, 5e-324, 1.7976931348623157e308, 70.69999999999993, 123456789.12345679];
let backend: TestBackend;
let pointId: string;
let quietId: string;
let channels: number[];

const samples = (query = '', id = pointId) => backend.admin.get<Samples>(`/api/v1/points/${id}/samples${query}`);
const iso = (at: number) => new Date(at).toISOString();

async function allPages(query: string): Promise<Samples['samples']> {
  const found: Samples['samples'] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body, status } = await samples(`${query}${cursor === '' ? '' : `&cursor=${cursor}`}`);
    expect(status).toBe(200);
    found.push(...body.samples);
    cursor = body.nextCursor;
  }
  return found;
}

beforeAll(async () => {
  backend = await startBackend();
  const buildingId = await importModel(backend.admin, HOUSE);
  const before = await serve(backend.database, buildingId, ['v101.temp']);
  // The first controller was replaced: its channel is retired, its samples remain the point's.
  await backend.database.query('UPDATE channels SET retired_at = now()');
  const now = await serve(backend.database, buildingId, ['v101.temp', 'v101.valve', 'v201.temp']);
  channels = [before, now].map((served) => served.channels.get('v101.temp') ?? 0);
  const { body } = await backend.admin.get<{ items: Point[] }>('/api/v1/points');
  const idOf = (key: string) => body.items.find((point) => point.key === key)?.id ?? '';
  [pointId, quietId] = [idOf('v101.temp'), idOf('v201.temp')];
  for (const day of [0, 1, 2, 5]) {
    const [from, to] = [iso(START + day * DAY), iso(START + (day + 1) * DAY)];
    await backend.database.query(`CREATE TABLE samples_day_${day} PARTITION OF samples FOR VALUES FROM ('${from}') TO ('${to}')`);
  }
  const insert = `INSERT INTO samples (channel_id, source_time, received_time, value, quality)`;
  await backend.database.query(
    `${insert} SELECT $1::int, to_timestamp($2::float8 / 1000) + n * interval '7 seconds', now(), n / 10.0, 0 FROM generate_series(0, $3::int - 1) AS n`,
    [channels[0], START, ROWS_A_DAY],
  );
  // Five rows of both channels at each instant: only the tie-break keeps them apart.
  await backend.database.query(
    `${insert} SELECT c, to_timestamp($2::float8 / 1000) + (n / 5) * interval '1 minute', '2026-01-01', n, 0 FROM generate_series(0, 499) AS n, unnest($1::int[]) AS c`,
    [channels, START + 2 * DAY],
  );
  for (const [at, value] of AWKWARD.entries()) {
    await backend.database.query(`${insert} VALUES ($1, to_timestamp($2::float8 / 1000), now(), $3, 0)`, [channels[1], START + 5 * DAY + at, value]);
  }
  await backend.database.query(`${insert} VALUES ($1, to_timestamp($2::float8 / 1000), now(), NULL, $3)`, [channels[1], START + 5 * DAY + 100, encodeQuality('FAULT', ['inAlarm'])]);
});
afterAll(() => backend.close());

describe('the history of a point', () => {
  it('comes oldest first, page by page, without a gap or a repetition, also among equal times', async () => {
    const found = await allPages('?limit=7&from=2015-01-03T00:00:00Z&to=2015-01-04T00:00:00Z');
    expect(found).toHaveLength(1000);
    expect(found.map(([at]) => at)).toEqual(found.map(([at]) => at).toSorted());
    const counts = Map.groupBy(found, ([, value]) => value);
    expect([...counts.values()].every((rows) => rows.length === 2)).toBe(true);
    expect(counts.size).toBe(500);
  });

  it('covers every channel that ever served the point', async () => {
    const found = await allPages('?limit=10000');
    expect(found).toHaveLength(ROWS_A_DAY + 1000 + AWKWARD.length + 1);
  });

  it('keeps values exactly as they were measured, and says the quality they were stored with', async () => {
    const { body } = await samples('?from=2015-01-06T00:00:00Z');
    expect(body.samples.slice(0, -1).map(([, value]) => value)).toEqual(AWKWARD.map((value) => value + 0));
    expect(body.samples.at(-1)).toEqual(['2015-01-06T00:00:00.100Z', null, 'FAULT']);
    expect(body.nextCursor).toBeNull();
  });

  it('includes the beginning of the range and leaves out its end', async () => {
    const { body } = await samples('?from=2015-01-01T00:00:07Z&to=2015-01-01T00:00:21Z');
    expect(body.samples).toEqual([
      ['2015-01-01T00:00:07.000Z', 0.1, 'GOOD'],
      ['2015-01-01T00:00:14.000Z', 0.2, 'GOOD'],
    ]);
    expect((await samples('?from=2015-01-01T01:00:07%2B01:00&to=2015-01-01T00:00:08Z')).body.samples).toHaveLength(1);
  });

  it('is empty for a point that has none', async () => {
    expect((await samples('', quietId)).body).toEqual({ samples: [], nextCursor: null });
    expect((await samples('?from=2020-01-01T00:00:00Z')).body).toEqual({ samples: [], nextCursor: null });
  });

  it.each([
    ['?from=2015-01-02T00:00:00Z&to=2015-01-01T00:00:00Z', 'RANGE_INVALID'],
    ['?from=2015-01-01T00:00:00Z&to=2015-01-01T00:00:00Z', 'RANGE_INVALID'],
    ['?cursor=nonsense', 'CURSOR_INVALID'],
    [`?cursor=${Buffer.from(JSON.stringify(['1', '1', 1, "(0,1)'; DROP TABLE samples"])).toString('base64url')}`, 'CURSOR_INVALID'],
    ['?from=yesterday', 'VALIDATION_FAILED'],
    ['?limit=10001', 'VALIDATION_FAILED'],
  ])('refuses %s as %s', async (query, code) => {
    const { status, body } = await backend.admin.get(`/api/v1/points/${pointId}/samples${query}`);
    expect([status, body.code]).toEqual([422, code]);
  });

  it('touches only the partitions of the range', async () => {
    const plan = await backend.database.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT * FROM unnest('{1,2}'::int[]) AS c (id) CROSS JOIN LATERAL (SELECT * FROM samples WHERE channel_id = c.id
         AND source_time >= '2015-01-02' AND source_time < '2015-01-03' ORDER BY source_time, received_time, channel_id, ctid LIMIT 10) AS h`,
    );
    const text = plan.map((line) => line['QUERY PLAN']).join('\n');
    expect(text).toContain('samples_day_1');
    expect(text).not.toContain('samples_day_0');
    expect(text).not.toContain('samples_day_5');
  });

  it('answers a page of 10,000 rows without sorting a day of them again', async () => {
    const { body } = await samples('?limit=10000');
    expect(body.samples).toHaveLength(10_000);
    const next = await samples(`?limit=10000&cursor=${body.nextCursor ?? ''}`);
    expect(next.body.samples[0]?.[1]).toBe(1000);
  });
});
