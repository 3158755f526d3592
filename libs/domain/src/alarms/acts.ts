import { leaveActive } from './activation.js';
import { leaveShelf, showAgain } from './deadlines.js';
import { acknowledge, note, set, type Draft } from './draft.js';
import type { AlarmEvent } from './events.js';
import type { AlarmRefusal } from './words.js';

type Act<T extends AlarmEvent['type']> = Extract<AlarmEvent, { type: T }>;
/** `null`: done. */
type Verdict = AlarmRefusal | null;

/** T11-T13. The occurrence proves that the operator saw what is acknowledged. */
export function takeAcknowledge(draft: Draft, act: Act<'ACKNOWLEDGE'>, now: number): Verdict {
  if (act.occurrence !== draft.alarm.occurrence) return 'STALE_OCCURRENCE';
  if (draft.alarm.acked) return null;
  acknowledge(draft, now);
  note(draft, 'ACKNOWLEDGED', now, act.by);
  return null;
}

/** T14, T15. It never starts equipment: it only lets go of the latch. */
export function takeReset(draft: Draft, act: Act<'RESET'>, now: number): Verdict {
  if (!draft.alarm.latchedHold) return 'NOT_LATCHED';
  if (!draft.alarm.acked) return 'NOT_ACKNOWLEDGED';
  note(draft, 'RESET', now, act.by);
  leaveActive(draft, now);
  // The reset is the acknowledgement of the return as well.
  set(draft, { acked: true });
  return null;
}

/** T16, T17. Shelving again counts from the first shelve, or an alarm could be hidden for ever in small steps. */
export function takeShelve(draft: Draft, act: Act<'SHELVE'>, now: number): Verdict {
  if (!draft.rules.shelvable) return 'NOT_SHELVABLE';
  const since = draft.alarm.shelf?.since ?? now;
  const until = now + act.durationMs;
  if (!(act.durationMs > 0) || !(until - since <= draft.rules.maxShelfMs)) return 'SHELF_TOO_LONG';
  set(draft, { shelf: { kind: act.kind, since, until, by: act.by, reason: act.reason } });
  note(draft, 'SHELVED', now, act.by, act.reason);
  return null;
}

export function takeUnshelve(draft: Draft, act: Act<'UNSHELVE'>, now: number): Verdict {
  if (!draft.alarm.shelf) return 'NOT_SHELVED';
  leaveShelf(draft, now, act.by);
  return null;
}

/** T20. The first suppressor remembers what was acknowledged by then. */
export function takeSuppress(draft: Draft, act: Act<'SUPPRESS'>, now: number): Verdict {
  if (draft.rules.neverSuppress) return 'NEVER_SUPPRESSED';
  const { suppressors, acked, active, occurrence } = draft.alarm;
  if (suppressors.includes(act.suppressor)) return null;
  if (suppressors.length === 0) set(draft, { ackedBeforeSuppression: active && acked ? occurrence : null });
  set(draft, { suppressors: [...suppressors, act.suppressor].sort() });
  note(draft, 'SUPPRESSED', now, act.suppressor);
  return null;
}

/** T21. An occurrence that was acknowledged before the suppression stays so; anything else is annunciated. */
export function takeUnsuppress(draft: Draft, act: Act<'UNSUPPRESS'>, now: number): Verdict {
  const { suppressors, ackedBeforeSuppression, occurrence } = draft.alarm;
  if (!suppressors.includes(act.suppressor)) return null;
  set(draft, { suppressors: suppressors.filter((one) => one !== act.suppressor) });
  note(draft, 'UNSUPPRESSED', now, act.suppressor);
  if (draft.alarm.suppressors.length > 0) return null;
  set(draft, { ackedBeforeSuppression: null });
  if (ackedBeforeSuppression !== occurrence) showAgain(draft);
  return null;
}

export function takeOutOfService(draft: Draft, act: Act<'OUT_OF_SERVICE'>, now: number): Verdict {
  const { by, reason, workOrder, reviewAt } = act;
  set(draft, { outOfService: { since: draft.alarm.outOfService?.since ?? now, by, reason, workOrder, reviewAt } });
  note(draft, 'OUT_OF_SERVICE', now, by, reason);
  return null;
}

export function takeInService(draft: Draft, act: Act<'IN_SERVICE'>, now: number): Verdict {
  if (!draft.alarm.outOfService) return null;
  set(draft, { outOfService: null });
  note(draft, 'IN_SERVICE', now, act.by);
  showAgain(draft);
  return null;
}

/** T25: nothing of the past counts when it is enabled again. */
export function takeDisable(draft: Draft, act: Act<'DISABLE'>, now: number): Verdict {
  if (!draft.alarm.enabled) return null;
  if (draft.alarm.active) leaveActive(draft, now);
  set(draft, { enabled: false, timer: null, reAlarmAt: null, acked: true, severity: 0 });
  note(draft, 'DISABLED', now, act.by);
  return null;
}

export function takeEnable(draft: Draft, act: Act<'ENABLE'>, now: number): Verdict {
  if (draft.alarm.enabled) return null;
  set(draft, { enabled: true, condition: 'UNKNOWN', conditionSince: now, evaluation: draft.alarm.evaluation + 1 });
  note(draft, 'ENABLED', now, act.by);
  return null;
}

/** Stops the horn. It is not an acknowledgement. */
export function takeSilence(draft: Draft, act: Act<'SILENCE'>, now: number): Verdict {
  if (draft.alarm.silenced) return null;
  set(draft, { silenced: true });
  note(draft, 'SILENCED', now, act.by);
  return null;
}
