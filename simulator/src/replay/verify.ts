import { page, point } from '@cupola/contracts';
import { compareSamples, readHistory, type Sample } from './history-check.js';
import { inParallel } from '../product/in-parallel.js';
import type { Place } from '../product/model-import.js';
import type { ProductApi } from '../product/product-api.js';
import type { Recording } from './recording.js';

export interface Verdict {
  readonly points: number;
  readonly expected: number;
  readonly equal: number;
  /** One line per difference, the first twenty. */
  readonly differences: readonly string[];
  readonly differing: number;
}

const pointPage = page(point);
const READERS = 4;
const SHOWN = 20;

/** Compares every recorded row with the product's history: time, value, and no row besides within the recording's time. */
export async function verifyHistory(api: ProductApi, place: Place, recording: Recording, shiftMs: number, onPoint: (rows: number) => void): Promise<Verdict> {
  const points = await api.list('/api/v1/points', { building: place.buildingId, limit: '1000' }, pointPage);
  const from = recording.firstTime + shiftMs;
  const to = recording.lastTime + shiftMs;
  const found = new Set(points.map(({ sourceId }) => sourceId));
  const unknown = [...recording.series].filter(([sourceId]) => !found.has(sourceId));
  const compared = await inParallel(points, READERS, async ({ id, sourceId }) => {
    const expected = expectedOf(recording, sourceId, shiftMs);
    const comparison = compareSamples(expected, await readHistory(api, id, from, to));
    onPoint(expected.length);
    return { ...comparison, name: sourceId ?? id };
  });
  const differences = [
    ...unknown.map(([sourceId, { times }]) => `${sourceId}: no such point, ${times.length} rows have no history`),
    ...compared.flatMap(({ name, missing, extra }) => [
      ...missing.map((sample) => `${name}: missing ${describe(sample)}`),
      ...extra.map((sample) => `${name}: not recorded, but stored ${describe(sample)}`),
    ]),
  ];
  const equal = compared.reduce((sum, comparison) => sum + comparison.equal, 0);
  const withHistory = compared.filter(({ equal: rows, missing }) => rows + missing.length > 0).length;
  return { points: withHistory, expected: recording.rows, equal, differences: differences.slice(0, SHOWN), differing: differences.length };
}

function expectedOf(recording: Recording, sourceId: string | null, shiftMs: number): Sample[] {
  const series = sourceId === null ? undefined : recording.series.get(sourceId);
  return series === undefined ? [] : series.times.map((time, index): Sample => [time + shiftMs, series.values[index] ?? null]);
}

function describe([time, value]: Sample): string {
  return `${new Date(time).toISOString()} ${value}`;
}
