import type { Alarm } from '@cupola/contracts';
import type { AlarmPriority } from '@cupola/domain';

/** What is drawn where several alarms meet: the shape of the most urgent one, and how many there are. */
export interface AlarmSummary {
  priority: AlarmPriority;
  state: Alarm['state'];
  count: number;
  /** Of the most urgent one. */
  definition: Alarm['definition'];
}

const ANNUNCIATED: readonly Alarm['state'][] = ['UNACK', 'ACKED', 'LATCHED_RTN', 'RTNUN'];
const LIMITED: readonly Alarm['definition']['condition'][] = ['HI', 'HIHI', 'LO', 'LOLO'];
const ASKING: readonly Alarm['state'][] = ['UNACK', 'RTNUN'];

/** Shown to operators: neither normal nor hidden from them. */
export function isAnnunciated({ state }: Alarm): boolean {
  return ANNUNCIATED.includes(state);
}

/** Somebody has to acknowledge it. */
export function asksForAcknowledgement({ state }: Alarm): boolean {
  return ASKING.includes(state);
}

/** When it was raised; for one that has returned, when it did. */
export function raisedAt(alarm: Alarm): string {
  return alarm.activeSince ?? alarm.since;
}

/** The values that can be drawn as lines beside the point's own: a distance from a reference is none. */
export function drawnLimits({ limit, condition }: Pick<Alarm['definition'], 'limit' | 'condition'>): number[] {
  return limit !== null && LIMITED.includes(condition) ? [limit] : [];
}

/** Unacknowledged first, then priority, then newest. */
export function byUrgency(a: Alarm, b: Alarm): number {
  return (
    Number(asksForAcknowledgement(b)) - Number(asksForAcknowledgement(a)) ||
    a.priority - b.priority ||
    Date.parse(raisedAt(b)) - Date.parse(raisedAt(a)) ||
    (a.id < b.id ? -1 : 1)
  );
}

/** Null where there is nothing to draw. What is active and unacknowledged stands for the others, whatever their priority. */
export function summarise(alarms: readonly Alarm[]): AlarmSummary | null {
  const shown = alarms.filter(isAnnunciated);
  const worst = shown.reduce<Alarm | null>((one, other) => (one && byUrgency(one, other) < 0 ? one : other), null);
  return worst && { priority: worst.priority, state: worst.state, count: shown.length, definition: worst.definition };
}
