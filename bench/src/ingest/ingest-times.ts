const NAME = 'cupola_gateway_ingest_seconds_bucket';

/** Cumulative counts by upper bound in seconds, as the gateway's `/metrics` shows them. */
export type Buckets = Map<number, number>;

export async function readIngestTimes(gateway: string): Promise<Buckets> {
  const text = await (await fetch(`${gateway}/metrics`)).text();
  const lines = text.matchAll(new RegExp(`^${NAME}\\{le="([^"]+)"\\} (\\d+)`, 'gm'));
  return new Map([...lines].map(([, bound, count]) => [bound === '+Inf' ? Infinity : Number(bound), Number(count)]));
}

/** Milliseconds below which `share` of what was counted between two readings lie, interpolated within its bucket. */
export function quantileBetween(before: Buckets, after: Buckets, share: number): number {
  const counts = [...after].map(([bound, count]): [number, number] => [bound, count - (before.get(bound) ?? 0)]);
  const total = counts.at(-1)?.[1] ?? 0;
  let [lowerBound, lowerCount] = [0, 0];
  for (const [bound, count] of counts) {
    if (count >= total * share) {
      if (!Number.isFinite(bound)) return lowerBound * 1000;
      return 1000 * (lowerBound + ((bound - lowerBound) * (total * share - lowerCount)) / (count - lowerCount));
    }
    [lowerBound, lowerCount] = [bound, count];
  }
  return NaN;
}
