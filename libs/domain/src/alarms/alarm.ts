import type { AlarmCondition, AlarmPriority, ConditionVerdict, ShelfKind } from './words.js';

/** The rules of one alarm, as the transitions need them. Durations in milliseconds. */
export interface AlarmRules {
  readonly condition: AlarmCondition;
  readonly priority: AlarmPriority;
  readonly onDelayMs: number;
  readonly offDelayMs: number;
  readonly latching: boolean;
  readonly ackOn: { readonly active: boolean; readonly return: boolean };
  /** Acknowledges by itself when it clears; without effect for priorities 1 and 2. */
  readonly autoAck: boolean;
  readonly shelvable: boolean;
  readonly maxShelfMs: number;
  /** Annunciates an acknowledged, still active alarm again after this long; null = never. */
  readonly reAlarmMs: number | null;
  readonly maxReAlarms: number;
  readonly neverSuppress: boolean;
}

/** A running delay. The evaluation number makes an outdated prompt harmless. */
export interface DelayTimer {
  readonly kind: 'ON' | 'OFF';
  readonly dueAt: number;
  readonly evaluation: number;
}

export interface Shelf {
  readonly kind: ShelfKind;
  /** When it was first shelved: shelving again counts from here. */
  readonly since: number;
  readonly until: number;
  readonly by: string;
  readonly reason: string;
}

export interface OutOfService {
  readonly since: number;
  readonly by: string;
  readonly reason: string;
  readonly workOrder: string | null;
  readonly reviewAt: number | null;
}

/** Everything that is stored of one alarm: orthogonal flags, absolute times (milliseconds since the epoch). */
export interface AlarmInstance {
  readonly condition: ConditionVerdict;
  readonly conditionSince: number;
  /** Which limit is broken: 0 none, 1 the first, 2 the second (HIHI over HI); the sign tells high from low. */
  readonly severity: number;
  readonly timer: DelayTimer | null;
  readonly evaluation: number;
  readonly active: boolean;
  readonly activeSince: number | null;
  readonly latchedHold: boolean;
  readonly acked: boolean;
  /** Counts the occurrences of this alarm; 0 before the first. */
  readonly occurrence: number;
  readonly shelf: Shelf | null;
  readonly suppressors: readonly string[];
  readonly outOfService: OutOfService | null;
  /** Occurrence that was acknowledged when suppression began: its acknowledgement outlives the suppression. */
  readonly ackedBeforeSuppression: number | null;
  readonly enabled: boolean;
  readonly silenced: boolean;
  readonly reAlarmAt: number | null;
  readonly reAlarms: number;
  readonly version: number;
}

/** An alarm that has seen nothing yet. */
export function newAlarm(now: number): AlarmInstance {
  return {
    condition: 'UNKNOWN',
    conditionSince: now,
    severity: 0,
    timer: null,
    evaluation: 0,
    active: false,
    activeSince: null,
    latchedHold: false,
    acked: true,
    occurrence: 0,
    shelf: null,
    suppressors: [],
    outOfService: null,
    ackedBeforeSuppression: null,
    enabled: true,
    silenced: false,
    reAlarmAt: null,
    reAlarms: 0,
    version: 0,
  };
}
