import type { ConditionVerdict } from './words.js';

/** Limits of an analog value; null = disabled. `high[1]` and `low[1]` are the outer ones (HIHI, LOLO). */
export interface Limits {
  readonly high: readonly (number | null)[];
  readonly low: readonly (number | null)[];
  readonly deadband: number;
}

export interface LimitVerdict {
  readonly verdict: ConditionVerdict;
  /** 0 normal, n the n-th high limit, -n the n-th low limit. */
  readonly severity: number;
}

/**
 * Judges a value against limits with hysteresis (domain rules 1.2, strict comparisons): to HIGH if v > hi, back if v < hi - deadband;
 * to LOW if v < lo, back if v > lo + deadband. `previous` is the severity before. A value that is not finite, or null because its
 * quality is bad, is UNKNOWN and keeps the severity. A limit that is disabled returns to normal at once.
 */
export function judgeLimits(value: number | null, limits: Limits, previous: number): LimitVerdict {
  if (value === null || !Number.isFinite(value)) return { verdict: 'UNKNOWN', severity: previous };
  const high = limitsReached(value, limits.high, limits.deadband, previous);
  // The low side is the high side of the mirrored value.
  const low = limitsReached(-value, limits.low.map(negated), limits.deadband, -previous);
  const severity = high > 0 ? high : 0 - low;
  return { verdict: severity === 0 ? 'FALSE' : 'TRUE', severity };
}

function limitsReached(value: number, limits: readonly (number | null)[], deadband: number, previous: number): number {
  return limits.reduce<number>((highest, limit, index) => {
    if (limit === null) return highest;
    const isHeld = previous > index;
    const isReached = isHeld ? value >= limit - deadband : value > limit;
    return isReached ? index + 1 : highest;
  }, 0);
}

function negated(limit: number | null): number | null {
  return limit === null ? null : -limit;
}
