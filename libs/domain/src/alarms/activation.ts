import type { AlarmRules } from './alarm.js';
import { acknowledge, annunciate, note, set, unacknowledge, type Draft } from './draft.js';

/** T1: a new occurrence begins. An old one that nobody acknowledged closes as superseded. */
export function activate(draft: Draft, at: number): void {
  if (!draft.alarm.acked) note(draft, 'SUPERSEDED', at);
  set(draft, {
    active: true,
    activeSince: at,
    latchedHold: false,
    timer: null,
    occurrence: draft.alarm.occurrence + 1,
    reAlarms: 0,
    ackedBeforeSuppression: null,
  });
  note(draft, 'ACTIVATED', at);
  if (!draft.rules.ackOn.active) return acknowledge(draft, at);
  unacknowledge(draft);
  annunciate(draft);
}

/** T5, T8, T9: the condition has gone, for long enough. A latching alarm stays until it is reset. */
export function clear(draft: Draft, at: number): void {
  set(draft, { timer: null });
  if (draft.rules.latching) {
    set(draft, { latchedHold: true });
    note(draft, 'LATCHED', at);
    return;
  }
  leaveActive(draft, at);
}

/** The edge active -> inactive, by clearing, reset or disabling. A one-shot shelf ends with it (T18). */
export function leaveActive(draft: Draft, at: number): void {
  set(draft, { active: false, activeSince: null, latchedHold: false, reAlarmAt: null, severity: 0, timer: null });
  note(draft, 'CLEARED', at);
  if (draft.rules.ackOn.return && draft.alarm.acked) set(draft, { acked: false });
  if (autoAcknowledges(draft.rules) && !draft.alarm.acked) {
    set(draft, { acked: true });
    note(draft, 'AUTO_ACKNOWLEDGED', at);
  }
  if (draft.alarm.shelf?.kind === 'ONE_SHOT') {
    set(draft, { shelf: null });
    note(draft, 'UNSHELVED', at);
  }
}

/** Never for priorities 1 and 2: somebody has to have seen those. */
function autoAcknowledges(rules: AlarmRules): boolean {
  return rules.autoAck && rules.priority > 2;
}

/** T10: it trips again while latched. The second trip must be seen, as the same occurrence. */
export function retrip(draft: Draft, at: number): void {
  set(draft, { latchedHold: false });
  note(draft, 'RETRIPPED', at);
  unacknowledge(draft);
  annunciate(draft);
}
