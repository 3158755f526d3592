import type { PointKind } from '../points/words.js';

/** What the rules need to know of the point that shall be overridden. Values in the point's native unit. */
export interface OverridePoint {
  readonly kind: PointKind;
  readonly writable: boolean;
  /** Codes of the point's states; null where it has none (analog, or a plain binary point with 0 and 1). */
  readonly codes: readonly number[] | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly resolution: number | null;
  readonly maxOverrideMs: number;
}

/** Exactly one of `durationMs` and `until` (epoch milliseconds) gives the override its end. */
export interface OverrideAsk {
  readonly value: number;
  readonly durationMs?: number | undefined;
  readonly until?: number | undefined;
}

export type OverrideRefusal = 'NOT_WRITABLE' | 'WRONG_KIND' | 'OUT_OF_RANGE' | 'END_REQUIRED' | 'END_IN_PAST' | 'END_TOO_FAR';

export type OverrideVerdict =
  /** `value` is what would be sent: the asked value snapped to the point's resolution (`snapped` says whether that changed it). */
  | { readonly accepted: true; readonly value: number; readonly snapped: boolean; readonly until: number; readonly remainingMs: number }
  | { readonly accepted: false; readonly code: OverrideRefusal };

/** Judges an operator's override in the order of domain rules 2.3; the first broken rule names the refusal. `now` in epoch milliseconds. */
export function validateOverride(point: OverridePoint, ask: OverrideAsk, now: number): OverrideVerdict {
  if (!point.writable) return refuse('NOT_WRITABLE');
  if (!fitsKind(point, ask.value)) return refuse('WRONG_KIND');
  const value = point.kind === 'analog' ? snapInRange(ask.value, point) : ask.value;
  if (value === null || !isInRange(value, point)) return refuse('OUT_OF_RANGE');
  const until = endOf(ask, now);
  if (until === null) return refuse('END_REQUIRED');
  if (until <= now) return refuse('END_IN_PAST');
  if (until - now > point.maxOverrideMs) return refuse('END_TOO_FAR');
  return { accepted: true, value, snapped: value !== ask.value, until, remainingMs: until - now };
}

function refuse(code: OverrideRefusal): OverrideVerdict {
  return { accepted: false, code };
}

function fitsKind(point: OverridePoint, value: number): boolean {
  if (!Number.isFinite(value)) return false;
  if (point.kind === 'analog') return true;
  if (point.codes !== null) return point.codes.includes(value);
  return point.kind === 'binary' ? value === 0 || value === 1 : Number.isInteger(value);
}

function isInRange(value: number, { min, max }: OverridePoint): boolean {
  return (min === null || value >= min) && (max === null || value <= max);
}

/** Exactly one end counts: two that contradict each other are no end that anybody agreed to. */
function endOf({ durationMs, until }: OverrideAsk, now: number): number | null {
  const ends = [durationMs === undefined ? undefined : now + durationMs, until].filter((end) => end !== undefined && Number.isFinite(end));
  return ends.length === 1 ? (ends[0] ?? null) : null;
}

/**
 * The value that the controller can hold which is nearest to the asked one. A value inside the range whose nearest step
 * lies outside takes the next step inside; null when no step fits.
 */
function snapInRange(value: number, point: OverridePoint): number | null {
  const { resolution } = point;
  if (resolution === null || !isInRange(value, point)) return value;
  const nearest = snapToResolution(value, resolution);
  if (isInRange(nearest, point)) return nearest;
  const inside = nearest > value ? snapToResolution(nearest - resolution, resolution) : snapToResolution(nearest + resolution, resolution);
  return isInRange(inside, point) ? inside : null;
}

/** Nearest multiple of the resolution, without the binary dust of the multiplication (0.1 * 3 is 0.3). */
export function snapToResolution(value: number, resolution: number): number {
  return Number((Math.round(value / resolution) * resolution).toPrecision(12));
}
