import { samplesResponse } from '@cupola/contracts';
import type { ProductApi } from '../product/product-api.js';

/** A sample as it is compared: source time in epoch ms, value. */
export type Sample = readonly [time: number, value: number | null];

export interface Comparison {
  readonly equal: number;
  readonly missing: readonly Sample[];
  readonly extra: readonly Sample[];
}

/** One point's stored samples between two instants, both included, oldest first. */
export async function readHistory(api: ProductApi, pointId: string, from: number, to: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  let cursor: string | null = null;
  do {
    const query: Record<string, string> = { from: new Date(from).toISOString(), to: new Date(to + 1).toISOString(), limit: '10000' };
    if (cursor !== null) query['cursor'] = cursor;
    const page: { samples: [string, number | null, string][]; nextCursor: string | null } = await api.get(
      `/api/v1/points/${pointId}/samples?${new URLSearchParams(query)}`,
      samplesResponse,
    );
    for (const [time, value] of page.samples) samples.push([Date.parse(time), value]);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return samples.filter(([time]) => time >= from && time <= to);
}

/** Compares two multisets of samples: each expected one must be there as often as it was recorded, and none besides. */
export function compareSamples(expected: readonly Sample[], stored: readonly Sample[]): Comparison {
  const open = new Map<string, number>();
  for (const sample of stored) open.set(keyOf(sample), (open.get(keyOf(sample)) ?? 0) + 1);
  const missing = expected.filter((sample) => !take(open, sample));
  const extra = stored.filter((sample) => take(open, sample));
  return { equal: expected.length - missing.length, missing, extra };
}

function take(open: Map<string, number>, sample: Sample): boolean {
  const left = open.get(keyOf(sample)) ?? 0;
  if (left > 0) open.set(keyOf(sample), left - 1);
  return left > 0;
}

/** JavaScript writes a float64 with as many digits as name it and no other: equal texts are equal bits. */
function keyOf([time, value]: Sample): string {
  return `${time} ${value}`;
}
