import { activate, clear, leaveActive, retrip } from './activation.js';
import { annunciate, note, set, unacknowledge, type Draft } from './draft.js';
import type { AlarmEvent } from './events.js';

type VerdictEvent = Extract<AlarmEvent, { type: 'VERDICT' }>;

/** What the watched thing shows, taken in: T1-T10, T23, T26. */
export function takeVerdict(draft: Draft, event: VerdictEvent): void {
  const changed = event.verdict !== draft.alarm.condition;
  if (changed) set(draft, { condition: event.verdict, conditionSince: event.at, evaluation: draft.alarm.evaluation + 1 });
  if (!draft.alarm.enabled) return;
  if (event.verdict === 'UNKNOWN') return set(draft, { timer: null });
  if (event.verdict === 'TRUE') return takeTrue(draft, event);
  takeFalse(draft, event.at);
}

function takeTrue(draft: Draft, event: VerdictEvent): void {
  if (draft.alarm.timer?.kind === 'OFF') set(draft, { timer: null });
  if (draft.alarm.active) {
    if (draft.alarm.latchedHold) retrip(draft, event.at);
    return takeSeverity(draft, event);
  }
  set(draft, { severity: event.severity });
  if (draft.rules.onDelayMs === 0) return activate(draft, event.at);
  if (draft.alarm.timer === null) startTimer(draft, 'ON', event.at + draft.rules.onDelayMs);
}

function takeFalse(draft: Draft, at: number): void {
  if (draft.alarm.timer?.kind === 'ON') set(draft, { timer: null });
  if (!draft.alarm.active) return set(draft, { severity: 0 });
  if (draft.alarm.latchedHold) return;
  if (draft.rules.offDelayMs === 0) return clear(draft, at);
  if (draft.alarm.timer === null) startTimer(draft, 'OFF', at + draft.rules.offDelayMs);
}

function startTimer(draft: Draft, kind: 'ON' | 'OFF', dueAt: number): void {
  set(draft, { timer: { kind, dueAt, evaluation: draft.alarm.evaluation } });
}

/** T23: a worse limit on the same side is unacknowledged again, a milder one keeps its acknowledgement; the other side is a new occurrence. */
function takeSeverity(draft: Draft, event: VerdictEvent): void {
  const before = draft.alarm.severity;
  if (event.severity === before) return;
  set(draft, { severity: event.severity });
  if (before !== 0 && Math.sign(event.severity) !== Math.sign(before)) return switchSide(draft, event.at);
  if (Math.abs(event.severity) < Math.abs(before)) return note(draft, 'DEESCALATED', event.at);
  note(draft, 'ESCALATED', event.at);
  if (!draft.rules.ackOn.active) return;
  unacknowledge(draft);
  annunciate(draft);
}

function switchSide(draft: Draft, at: number): void {
  const { severity } = draft.alarm;
  leaveActive(draft, at);
  set(draft, { severity });
  activate(draft, at);
}
