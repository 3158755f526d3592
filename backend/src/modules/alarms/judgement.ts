import { type AlarmInstance, alarmTime, type ConditionVerdict, judgeFault, judgeValue, type LimitVerdict, nextDeadline, trustedValue } from '@cupola/domain';
import type { StoredReading } from '../history/index.js';
import type { Watched } from './alarm-cache.js';
import type { Definition } from './definition.js';

/** What an alarm's source shows now. */
export interface Judgement {
  readonly verdict: ConditionVerdict;
  readonly severity: number;
  readonly at: number;
  readonly value: number | null;
  /** STALE: when to look again. */
  readonly lookAgainAt: number | null;
}

type Reported = Pick<StoredReading, 'value' | 'stored'>;
export type Readings = (pointId: string) => StoredReading | undefined;

/** Judges an alarm of a point by readings. `previous`: the severity before. */
export function judgePoint({ alarm, definition, source }: Watched, readings: Readings, previous: number, now: number): Judgement {
  const reading = alarm.pointId === null ? undefined : readings(alarm.pointId);
  if (reading === undefined) return unknownAt(now, previous);
  if (definition.rules.condition === 'STALE') return judgeAge(reading, source.staleAfterMs ?? Infinity, now);
  const reference = source.referenceId === null ? undefined : readings(source.referenceId);
  const verdict = judgeReading(definition, reading, reference, previous);
  // A reference that moved later is what changed the verdict.
  const sourceTime = Math.max(reading.sourceTime, reference?.sourceTime ?? 0);
  return { ...verdict, at: alarmTime(sourceTime, now), value: reading.value, lookAgainAt: null };
}

/** What one reading means for a definition that is judged from readings; only DEV has a `reference`. */
export function judgeReading({ limit }: Definition, reading: Reported, reference: Reported | undefined, previous: number): LimitVerdict {
  if (limit === null) return judgeFault(reading.stored);
  return judgeValue(limit, trusted(reading), reference ? trusted(reference) : null, previous);
}

/** Nothing can be said of the value: a held alarm stays, nothing is raised. */
export function unknownAt(at: number, previous: number): Judgement {
  return { verdict: 'UNKNOWN', severity: previous, at, value: null, lookAgainAt: null };
}

function judgeAge({ sourceTime, value }: StoredReading, staleAfterMs: number, now: number): Judgement {
  const staleAt = sourceTime + staleAfterMs;
  // As the console's quality: stale when older than, not as old as.
  if (now > staleAt) return { verdict: 'TRUE', severity: 1, at: now, value, lookAgainAt: null };
  return { verdict: 'FALSE', severity: 0, at: alarmTime(sourceTime, now), value, lookAgainAt: Number.isFinite(staleAt) ? staleAt + 1 : null };
}

function trusted({ value, stored }: Reported): number | null {
  return trustedValue(value, stored);
}

/** What the deadband holds on to: a condition that was gone is gone, also while the alarm waits for its off delay or a reset. */
export function severityBefore({ condition, severity }: AlarmInstance): number {
  return condition === 'FALSE' ? 0 : severity;
}

/** Nothing that the alarm does not know already, and nothing due: most samples end here. */
export function isSettled(instance: AlarmInstance, { verdict, severity }: Pick<Judgement, 'verdict' | 'severity'>, now: number): boolean {
  if (verdict !== instance.condition || (verdict === 'TRUE' && severity !== instance.severity)) return false;
  const deadline = nextDeadline(instance);
  return deadline === null || deadline > now;
}
