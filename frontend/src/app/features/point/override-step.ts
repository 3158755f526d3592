import type { PointDetail } from '@cupola/contracts';

/** Finer steps than half a unit take a thumb too many taps. */
const LEAST = 0.5;

/** The next value up or down that the point can hold, inside of its range. */
export function stepFrom(value: number, by: 1 | -1, { resolution, min, max }: Pick<PointDetail, 'resolution' | 'min' | 'max'>): number {
  const grain = resolution ?? LEAST;
  const step = Math.max(1, Math.round(LEAST / grain)) * grain;
  const wanted = Math.min(Math.max(value + by * step, min ?? -Infinity), max ?? Infinity);
  // Tenths do not add up to whole numbers by themselves.
  return Number(wanted.toFixed(6));
}
