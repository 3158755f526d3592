import { decodeQuality } from '../points/stored-quality.js';
import type { PointValue } from '../points/words.js';
import { judgeLimits, type LimitVerdict } from './limit.js';

/** Conditions that are judged from a point's value. */
export type LimitCondition = 'HI' | 'LO' | 'DEV';

/** What such a condition compares with: `limit` in the point's unit, for DEV the largest allowed distance from the reference. */
export interface LimitRule {
  readonly condition: LimitCondition;
  readonly limit: number;
  readonly deadband: number;
}

export function isLimitCondition(condition: string): condition is LimitCondition {
  return condition === 'HI' || condition === 'LO' || condition === 'DEV';
}

/** The value that may be judged: null unless the sample's packed quality is GOOD, because a value nobody trusts neither raises nor clears. */
export function trustedValue(value: PointValue, stored: number): PointValue {
  return decodeQuality(stored).quality === 'GOOD' ? value : null;
}

/**
 * FAULT, judged by the quality that the controller reports: FAULT, and every other word by which it says that its value is not to be
 * trusted. DISABLED is nobody's fault: somebody switched the point off on purpose. `stored`: packed quality.
 */
export function judgeFault(stored: number): LimitVerdict {
  const { quality } = decodeQuality(stored);
  return quality === 'GOOD' || quality === 'DISABLED' ? { verdict: 'FALSE', severity: 0 } : { verdict: 'TRUE', severity: 1 };
}

/**
 * Judges trusted values by one rule. `reference` counts for DEV alone; `previous` is the severity before (0, or what this returned).
 * A missing value is UNKNOWN and keeps the severity.
 */
export function judgeValue(rule: LimitRule, value: PointValue, reference: PointValue, previous: number): LimitVerdict {
  const { condition, limit, deadband } = rule;
  if (condition === 'LO') return judgeLimits(value, { high: [], low: [limit], deadband }, previous);
  if (condition === 'HI') return judgeLimits(value, { high: [limit], low: [], deadband }, previous);
  const distance = value === null || reference === null ? null : Math.abs(value - reference);
  return judgeLimits(distance, { high: [limit], low: [], deadband }, previous);
}

/** A source clock within this much of the server's is believed. */
export const TRUSTED_CLOCK_MS = 5_000;

/** When a sample counts as measured: its source time where that is within 5 s of `now`, else `now`. */
export function alarmTime(sourceTime: number, now: number): number {
  return Math.abs(now - sourceTime) <= TRUSTED_CLOCK_MS ? sourceTime : now;
}

export interface Band {
  readonly limit: number;
  readonly deadband: number;
}

/** Whether a high and a low limit leave no value at which both are back to normal. */
export function limitsCross(high: Band, low: Band): boolean {
  return high.limit - high.deadband <= low.limit + low.deadband;
}
