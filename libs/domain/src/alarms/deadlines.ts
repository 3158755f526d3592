import type { AlarmInstance } from './alarm.js';
import { activate, clear } from './activation.js';
import { annunciate, note, set, unacknowledge, type Draft } from './draft.js';
import { isUnhidden } from './display-state.js';

/** The next instant at which this alarm changes by itself; null = never. The shell stores it as a due row. */
export function nextDeadline(alarm: AlarmInstance): number | null {
  const due = [alarm.timer?.dueAt, alarm.shelf?.until, alarm.reAlarmAt].filter((at) => at !== undefined && at !== null);
  return due.length === 0 ? null : Math.min(...due);
}

/** Carries out everything whose time has come, in the order in which it was due, however late the touch. */
export function passDeadlines(draft: Draft, now: number): void {
  for (let due = nextDeadline(draft.alarm); due !== null && due <= now; due = nextDeadline(draft.alarm)) {
    if (draft.alarm.timer?.dueAt === due) passTimer(draft, due);
    else if (draft.alarm.shelf?.until === due) leaveShelf(draft, due, null);
    else reAlarm(draft, due);
  }
}

/** T4, T8. An evaluation number that has moved on means that the delay was for another condition. */
function passTimer(draft: Draft, at: number): void {
  const { timer, evaluation, condition } = draft.alarm;
  set(draft, { timer: null });
  if (timer?.evaluation !== evaluation) return;
  if (timer.kind === 'ON' && condition === 'TRUE') activate(draft, at);
  if (timer.kind === 'OFF' && condition === 'FALSE') clear(draft, at);
}

/** T19: back from the shelf. Still active: it is new to the operator again. */
export function leaveShelf(draft: Draft, at: number, by: string | null): void {
  set(draft, { shelf: null });
  note(draft, 'UNSHELVED', at, by);
  showAgain(draft);
}

/** An active alarm that becomes visible again must be seen again. */
export function showAgain(draft: Draft): void {
  if (!draft.alarm.active || !isUnhidden(draft.alarm)) return;
  if (draft.rules.ackOn.active) unacknowledge(draft);
  if (!draft.alarm.acked) annunciate(draft);
}

/** T22: acknowledged long ago and still there. Hidden alarms wait until they are seen anyway. */
function reAlarm(draft: Draft, at: number): void {
  set(draft, { reAlarmAt: null });
  if (!draft.alarm.active || !draft.alarm.acked || !isUnhidden(draft.alarm)) return;
  unacknowledge(draft);
  set(draft, { reAlarms: draft.alarm.reAlarms + 1 });
  note(draft, 'REALARMED', at);
  annunciate(draft);
}
