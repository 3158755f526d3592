const YEAR_MS = 365.25 * 86_400_000;

/** Older source times are a broken clock, not history. */
export const OLDEST_SAMPLE_MS = 20 * YEAR_MS;
/** A source clock may run ahead of ours by this much. */
export const SAMPLE_LEAD_MS = 60_000;

/** Whether a sample of this source time may be stored at `now` (both milliseconds since the epoch). */
export function isStorable(sourceTime: number, now: number): boolean {
  return sourceTime >= now - OLDEST_SAMPLE_MS && sourceTime <= now + SAMPLE_LEAD_MS;
}
