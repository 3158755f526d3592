import type { AlarmInstance } from './alarm.js';
import type { DisplayState } from './words.js';

/** The state that is shown: the first that applies (domain rules 1.1). */
export function displayState(alarm: AlarmInstance): DisplayState {
  if (!alarm.enabled) return 'DISABLED';
  if (alarm.outOfService) return 'OOSRV';
  if (alarm.suppressors.length > 0) return 'DSUPR';
  if (alarm.shelf) return 'SHLVD';
  if (alarm.active && !alarm.acked) return 'UNACK';
  if (alarm.active) return alarm.latchedHold ? 'LATCHED_RTN' : 'ACKED';
  return alarm.acked ? 'NORM' : 'RTNUN';
}

/** Whether nothing hides the alarm from its operator. */
export function isUnhidden(alarm: AlarmInstance): boolean {
  return alarm.enabled && !alarm.outOfService && alarm.suppressors.length === 0 && !alarm.shelf;
}

/** Whether the alarm is presented as abnormal: UNACK, ACKED, LATCHED_RTN or RTNUN. */
export function isAnnunciated(alarm: AlarmInstance): boolean {
  return isUnhidden(alarm) && (alarm.active || !alarm.acked);
}
