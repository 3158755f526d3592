const MINUTE = 60_000;
const LEAD_MS = 60 * MINUTE;
const TAIL_MS = 30 * MINUTE;
const LONGEST_MS = 24 * 60 * MINUTE;

export interface OccurrenceWindow {
  from: number;
  to: number;
}

/**
 * What led to an alarm and how it ended: from an hour before it was raised until half an hour after it returned.
 * Of one that lasted longer than a day, its beginning: that is what explains it.
 *
 * @param raised, returned, now milliseconds since the epoch
 */
export function windowAround(raised: number, returned: number | null, now: number): OccurrenceWindow {
  const from = raised - LEAD_MS;
  return { from, to: Math.max(raised, Math.min((returned ?? now) + TAIL_MS, from + LONGEST_MS, now)) };
}
