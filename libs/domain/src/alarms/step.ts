import * as acts from './acts.js';
import type { AlarmInstance, AlarmRules } from './alarm.js';
import { passDeadlines } from './deadlines.js';
import { note, type Draft } from './draft.js';
import type { AlarmEvent, AlarmStep } from './events.js';
import type { AlarmRefusal } from './words.js';
import { takeVerdict } from './verdict.js';

/**
 * The next state of an alarm (domain rules 1.2). `now` in milliseconds since the epoch, never going back for one alarm.
 *
 * Deadlines that have passed are carried out first, whatever the event is: a prompt that comes late, twice or never
 * changes nothing. A refused act leaves the flags as the deadlines left them. The version grows with every change.
 */
export function stepAlarm(alarm: AlarmInstance, event: AlarmEvent, rules: AlarmRules, now: number): AlarmStep {
  const draft: Draft = { alarm, effects: [], rules };
  passDeadlines(draft, now);
  const refusal = take(draft, event, now);
  // A delay or shelf that ends at once has no later touch to end it.
  passDeadlines(draft, now);
  const changed = draft.alarm !== alarm;
  const next = changed ? { ...draft.alarm, version: alarm.version + 1 } : alarm;
  return refusal === null
    ? { accepted: true, alarm: next, effects: draft.effects }
    : { accepted: false, refusal, alarm: next, effects: draft.effects };
}

function take(draft: Draft, event: AlarmEvent, now: number): AlarmRefusal | null {
  switch (event.type) {
    case 'VERDICT':
      takeVerdict(draft, event);
      return null;
    case 'TOUCH':
      return null;
    case 'ACKNOWLEDGE':
      return acts.takeAcknowledge(draft, event, now);
    case 'RESET':
      return acts.takeReset(draft, event, now);
    case 'SHELVE':
      return acts.takeShelve(draft, event, now);
    case 'UNSHELVE':
      return acts.takeUnshelve(draft, event, now);
    case 'SUPPRESS':
      return acts.takeSuppress(draft, event, now);
    case 'UNSUPPRESS':
      return acts.takeUnsuppress(draft, event, now);
    case 'OUT_OF_SERVICE':
      return acts.takeOutOfService(draft, event, now);
    case 'IN_SERVICE':
      return acts.takeInService(draft, event, now);
    case 'DISABLE':
      return acts.takeDisable(draft, event, now);
    case 'ENABLE':
      return acts.takeEnable(draft, event, now);
    case 'SILENCE':
      return acts.takeSilence(draft, event, now);
    case 'COMMENT':
      note(draft, 'COMMENTED', now, event.by, event.text);
      return null;
  }
}
