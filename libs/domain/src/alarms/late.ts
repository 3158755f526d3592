import { newAlarm, type AlarmInstance, type AlarmRules } from './alarm.js';
import type { LimitVerdict } from './limit.js';
import { stepAlarm } from './step.js';

/** An alarm as it would have been had its late samples come in time. Stored while it is not at rest. */
export interface LateWatch {
  readonly instance: AlarmInstance;
  /** Source time of the newest late sample. */
  readonly lastAt: number;
  /** The value with which the excursion began. */
  readonly value: number | null;
}

/** What late samples would have raised, by their own times (milliseconds since the epoch). */
export interface LateExcursion {
  readonly from: number;
  readonly to: number;
  readonly value: number | null;
}

export interface LateStep {
  readonly watch: LateWatch | null;
  readonly excursions: readonly LateExcursion[];
}

/**
 * Takes one late sample, judged already. Delays count in source time. An excursion is reported once, when it is over;
 * a sample older than the one before begins another backfill.
 */
export function takeLate(
  before: LateWatch | null,
  sample: LimitVerdict & { readonly at: number; readonly value: number | null },
  rules: AlarmRules,
): LateStep {
  if (before && sample.at < before.lastAt) {
    const closed = closeLate(before, before.lastAt);
    const opened = takeLate(null, sample, rules);
    return { watch: opened.watch, excursions: [...closed.excursions, ...opened.excursions] };
  }
  const was = before?.instance ?? newAlarm(sample.at);
  const { verdict, severity, at } = sample;
  const { alarm: instance, effects } = stepAlarm(was, { type: 'VERDICT', verdict, severity, at }, unattended(rules), at);
  const hasBegun = !was.active && was.timer === null;
  const value = hasBegun ? sample.value : (before?.value ?? null);
  const excursions: LateExcursion[] = [];
  let from = was.activeSince;
  for (const effect of effects) {
    if (effect.type !== 'JOURNAL') continue;
    if (effect.fact === 'ACTIVATED') from = effect.at;
    if (effect.fact === 'CLEARED' && from !== null) excursions.push({ from, to: effect.at, value });
  }
  const isAtRest = !instance.active && instance.timer === null;
  return { watch: isAtRest ? null : { instance, lastAt: at, value }, excursions };
}

/** Current samples have taken over at `at`: what is still open ends there. */
export function closeLate({ instance, value }: LateWatch, at: number): LateStep {
  if (!instance.active || instance.activeSince === null) return { watch: null, excursions: [] };
  return { watch: null, excursions: [{ from: instance.activeSince, to: Math.max(at, instance.activeSince), value }] };
}

/** Nobody acknowledges the past. */
function unattended(rules: AlarmRules): AlarmRules {
  return { ...rules, latching: false, ackOn: { active: false, return: false }, autoAck: false, reAlarmMs: null };
}
