/** Median, smallest and largest of several runs. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

/** One row of the table. `ours` and `raw` are in `unit`; the target is met when what is `judged` compares with `target` as `better` says. */
export interface Figure {
  name: string;
  unit: string;
  ours: Spread;
  raw: Spread;
  ratio: Spread;
  target: number;
  better: 'higher' | 'lower';
  /** `ours`: the target is in `unit`, and the raw twin tells what the machine itself can do. */
  judged: 'ratio' | 'ours';
  isMet: boolean;
  notes: string[];
}

export type FigureInput = Omit<Figure, 'ours' | 'raw' | 'ratio' | 'judged' | 'isMet' | 'notes'> & {
  ours: readonly number[];
  raw: readonly number[];
  ratios: readonly number[];
  judged?: 'ratio' | 'ours';
  notes?: string[];
};

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 ? sorted[middle] : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
  return { median: median ?? NaN, min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN };
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export function figure({ ours, raw, ratios, judged = 'ratio', notes = [], ...rest }: FigureInput): Figure {
  const [mine, ratio] = [spread(ours), spread(ratios)];
  const { median } = judged === 'ratio' ? ratio : mine;
  const isMet = rest.better === 'higher' ? median >= rest.target : median <= rest.target;
  return { ...rest, judged, ours: mine, raw: spread(raw), ratio, isMet, notes };
}

/**
 * Runs raw, ours, raw, ours, ..., raw. Each of our runs is compared with the mean of the raw runs around it,
 * so that a machine that slows down or speeds up meanwhile favours nobody. The first pair warms up and does not count.
 * `allowance`: what ours may take besides, in the same unit; it is taken off before the ratio.
 */
export async function interleave(
  rounds: number,
  raw: () => Promise<number>,
  ours: () => Promise<number>,
  allowance = 0,
): Promise<{ ours: number[]; raw: number[]; ratios: number[] }> {
  await raw();
  await ours();
  const raws = [await raw()];
  const mine: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    mine.push(await ours());
    raws.push(await raw());
  }
  const ratios = mine.map((value, index) => Math.max(0, value - allowance) / (((raws[index] ?? NaN) + (raws[index + 1] ?? NaN)) / 2));
  return { ours: mine, raw: raws, ratios };
}
