import { decodeQuality, encodeQuality } from '../points/stored-quality.js';
import type { PointKind, PointValue } from '../points/words.js';

/** Controllers without a battery-backed clock run ahead a little; more than this is a wrong clock. */
export const FUTURE_TOLERANCE_MS = 60_000;
/** Older than any history worth having. Seconds taken for milliseconds and a clock at 1970 both end up before it. */
export const OLDEST_SOURCE_YEARS = 20;

const YEAR_MS = 365.25 * 24 * 3600 * 1000;
const FAULT = encodeQuality('FAULT');
const UNKNOWN = encodeQuality('UNKNOWN');
const SUSPECT_TIME = encodeQuality('GOOD', ['suspectTime']);
const QUALITY_CODES = 128;

export interface AdmittedTime {
  sourceTime: number;
  /** The source time lay ahead and was replaced by the received time. */
  isSuspect: boolean;
}

/**
 * Judges a source time (ms since 1970) against the received time. Null = refused: not a whole number of milliseconds,
 * or more than 20 years old.
 */
export function admitSourceTime(sourceTime: number, receivedTime: number): AdmittedTime | null {
  if (!Number.isSafeInteger(sourceTime) || sourceTime < receivedTime - OLDEST_SOURCE_YEARS * YEAR_MS) return null;
  if (sourceTime > receivedTime + FUTURE_TOLERANCE_MS) return { sourceTime: receivedTime, isSuspect: true };
  return { sourceTime, isSuspect: false };
}

/** Whether a channel of this kind can have this value: a finite number, 0 or 1, one of its state codes. */
export function isValueOfKind(value: unknown, kind: PointKind, codes: readonly number[] | undefined): value is number {
  if (typeof value !== 'number') return false;
  switch (kind) {
    case 'analog':
      return Number.isFinite(value);
    case 'binary':
      return value === 0 || value === 1;
    case 'multistate':
      return Number.isSafeInteger(value) && (codes === undefined || codes.includes(value));
  }
}

/**
 * What is stored for a reported value and quality code: a value of the wrong kind becomes null with quality FAULT,
 * a quality code that nobody understands becomes UNKNOWN. The result's quality carries the flags as bits.
 */
export function admitValue(
  reported: { value: unknown; quality: unknown },
  channel: { kind: PointKind; codes?: readonly number[] | undefined },
  time: AdmittedTime,
): { value: PointValue; quality: number } {
  const flags = time.isSuspect ? SUSPECT_TIME : 0;
  if (reported.value !== null && !isValueOfKind(reported.value, channel.kind, channel.codes)) return { value: null, quality: FAULT | flags };
  return { value: reported.value, quality: admitQuality(reported.quality) | flags };
}

function admitQuality(code: unknown): number {
  if (typeof code !== 'number' || !Number.isInteger(code) || code < 0 || code >= QUALITY_CODES) return UNKNOWN;
  const { quality, flags } = decodeQuality(code);
  return encodeQuality(quality, flags);
}
