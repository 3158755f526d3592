import { encodeQuality, presentReading } from '@cupola/domain';
import type { LinkState, PointValue, Quality, ValueFlag } from '@cupola/domain';
import type { LiveValue, Reading } from '@cupola/contracts';

/** A reading as it was received: its age was true at `at`, monotonic milliseconds of this browser. */
export interface KnownReading {
  value: PointValue;
  quality: Quality;
  flags: readonly ValueFlag[];
  ageMs: number | null;
  at: number;
}

/** A reading judged now. */
export interface ShownReading {
  value: PointValue;
  quality: Quality;
  flags: readonly ValueFlag[];
  ageMs: number | null;
}

export function fromReading(reading: Pick<Reading, 'value' | 'quality' | 'flags' | 'ageMs'>, at: number): KnownReading {
  return { value: reading.value, quality: reading.quality, flags: reading.flags, ageMs: reading.ageMs, at };
}

export function fromLiveValue([, value, quality, ageMs, flags]: LiveValue, at: number): KnownReading {
  return { value, quality, flags, ageMs, at };
}

/**
 * Judges a received reading at `now` by the server's own rule: the age is the server's plus the time since, so a value goes
 * stale on screen without another message, and one controller's lost link makes all of its points DOWN at once.
 * @param link the link of the point's controller as last heard; `undefined` where nothing newer than the reading is known
 */
export function judge(known: KnownReading, staleAfterMs: number, link: LinkState | undefined, now: number): ShownReading {
  if (known.ageMs === null) return { value: known.value, quality: known.quality, flags: known.flags, ageMs: null };
  const sourceTime = known.at - known.ageMs;
  const sample = { value: known.value, stored: encodeQuality(known.quality, known.flags), sourceTime };
  const present = presentReading({ sample, link: link ?? 'online', staleAfterMs }, now);
  return { value: present.value, quality: present.quality, flags: present.flags, ageMs: present.ageMs };
}

/** Whether a value may be read as the present state of the plant. */
export function isTrusted(quality: Quality): boolean {
  return quality === 'GOOD';
}
