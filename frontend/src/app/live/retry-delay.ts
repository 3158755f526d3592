const FIRST_MS = 400;
const LONGEST_MS = 10_000;

/** Milliseconds to wait before attempt `n` (0 = first), spread so that consoles do not return in step. `chance` is in [0, 1). */
export function retryDelay(n: number, chance: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(n, 10)) * (0.5 + chance / 2);
}
