import type { AlarmFact, DisplayState } from './words.js';

/** A line of the journal, and the acknowledgement that was stored with it. */
export interface ReplayedLine {
  readonly fact: AlarmFact;
  readonly occurrence: number;
  readonly state: DisplayState;
  readonly acked: boolean;
}

/** What the lines of one alarm add up to. */
export interface ReplayedAlarm {
  readonly state: DisplayState;
  readonly occurrence: number;
  readonly active: boolean;
  readonly acked: boolean;
}

export const UNTOUCHED: ReplayedAlarm = { state: 'NORM', occurrence: 0, active: false, acked: true };

/**
 * Adds one line to what was before. Facts decide occurrence and activity; state and acknowledgement are those of the line.
 * @returns a sentence instead, when the line cannot follow
 */
export function replayLine(before: ReplayedAlarm, line: ReplayedLine): ReplayedAlarm | string {
  const { fact, state, acked } = line;
  if (fact === 'LATE') return line.occurrence === before.occurrence ? before : `a late line names occurrence ${line.occurrence} during ${before.occurrence}`;
  if (fact === 'ACTIVATED' && before.active) return 'it was activated while it was active';
  if (fact === 'CLEARED' && !before.active) return 'it was cleared while it was not active';
  const occurrence = before.occurrence + (fact === 'ACTIVATED' ? 1 : 0);
  if (line.occurrence !== occurrence) return `${fact} belongs to occurrence ${line.occurrence}, expected ${occurrence}`;
  const active = fact === 'ACTIVATED' || (fact !== 'CLEARED' && before.active);
  return { state, occurrence, active, acked };
}

/** Whether replaying ended in what is stored, with the flags of the last line. */
export function isSameAlarm(one: ReplayedAlarm, other: ReplayedAlarm): boolean {
  return one.state === other.state && one.occurrence === other.occurrence && one.active === other.active && one.acked === other.acked;
}
