import type { AlarmInstance, AlarmRules } from './alarm.js';
import { isUnhidden } from './display-state.js';
import type { AlarmEffect } from './events.js';
import type { AlarmFact } from './words.js';

/** An alarm in the middle of a step: transitions change it one after another, effects pile up in order. */
export interface Draft {
  alarm: AlarmInstance;
  readonly effects: AlarmEffect[];
  readonly rules: AlarmRules;
}

/** A change that changes nothing leaves the same object: what is not new has not to be stored. */
export function set(draft: Draft, change: Partial<AlarmInstance>): void {
  const keys = Object.keys(change) as (keyof AlarmInstance)[];
  if (keys.some((key) => !Object.is(draft.alarm[key], change[key]))) draft.alarm = { ...draft.alarm, ...change };
}

export function note(draft: Draft, fact: AlarmFact, at: number, by: string | null = null, text: string | null = null): void {
  draft.effects.push({ type: 'JOURNAL', fact, occurrence: draft.alarm.occurrence, at, by, text });
}

export function annunciate(draft: Draft): void {
  if (isUnhidden(draft.alarm)) draft.effects.push({ type: 'ANNUNCIATE', occurrence: draft.alarm.occurrence });
}

/** Not acknowledged from here on: it counts as new to the operator. */
export function unacknowledge(draft: Draft): void {
  set(draft, { acked: false, silenced: false, reAlarmAt: null });
}

/** Acknowledged; an alarm that stays active may be annunciated again later. */
export function acknowledge(draft: Draft, at: number): void {
  const { reAlarmMs, maxReAlarms } = draft.rules;
  const mayReAlarm = reAlarmMs !== null && draft.alarm.active && draft.alarm.reAlarms < maxReAlarms;
  set(draft, { acked: true, reAlarmAt: mayReAlarm ? at + reAlarmMs : null });
}
