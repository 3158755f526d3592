import type { LinkState } from '../sessions/words.js';
import { decodeQuality } from './stored-quality.js';
import type { PointValue, Quality, ValueFlag } from './words.js';

/** What is stored of a point's last sample. Times are milliseconds since the epoch; `stored` is a packed quality. */
export interface LastSample {
  value: PointValue;
  stored: number;
  sourceTime: number;
}

/** What must be known to judge a reading: the last sample if any, the controller's link if any, and the point's patience. */
export interface ReadingInput {
  sample: LastSample | undefined;
  /** `undefined`: no controller serves this point. */
  link: LinkState | undefined;
  staleAfterMs: number;
}

/** A value as it may be shown: judged now, never only when it was stored. */
export interface PresentReading {
  value: PointValue;
  quality: Quality;
  flags: ValueFlag[];
  sourceTime: number | null;
  ageMs: number | null;
}

/**
 * Judges a stored sample at `now` (milliseconds since the epoch, the server's clock).
 *
 * Precedence: never seen is UNKNOWN; a controller that is not online makes everything DOWN; a stored FAULT, DISABLED or
 * UNKNOWN stands; then an age above `staleAfterMs` is STALE; a stored STALE or DOWN that the controller reported for its own
 * sources stands; else GOOD. A point that lost its controller is judged like one whose controller is offline.
 * The age is `now - sourceTime` and never negative: a source clock that runs ahead gives 0.
 */
export function presentReading(input: ReadingInput, now: number): PresentReading {
  const { sample } = input;
  if (!sample) return { value: null, quality: 'UNKNOWN', flags: [], sourceTime: null, ageMs: null };
  const ageMs = Math.max(0, now - sample.sourceTime);
  const { quality: stored, flags } = decodeQuality(sample.stored);
  return { value: sample.value, quality: judge(stored, input, ageMs), flags, sourceTime: sample.sourceTime, ageMs };
}

function judge(stored: Quality, { link, staleAfterMs }: ReadingInput, ageMs: number): Quality {
  if (link !== 'online') return 'DOWN';
  if (stored === 'FAULT' || stored === 'DISABLED' || stored === 'UNKNOWN') return stored;
  if (stored === 'GOOD' && ageMs > staleAfterMs) return 'STALE';
  return stored;
}
