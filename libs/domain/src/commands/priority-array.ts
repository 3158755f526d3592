import type { PriorityLevel, SlotOperation } from './words.js';
import { OPERATOR_LEVEL, PRIORITY_LEVELS } from './words.js';

/** One filled slot. Times are milliseconds of the host's own clock; `until` null = no end. */
export interface ArraySlot {
  readonly value: number;
  /** The command that owns the slot; null where the device itself wrote it. */
  readonly commandId: string | null;
  readonly since: number;
  readonly until: number | null;
}

/** The priority array of one point (BACnet command prioritisation): an absent level is a released one. */
export type PriorityArray = Readonly<Partial<Record<PriorityLevel, ArraySlot>>>;

export const EMPTY_ARRAY: PriorityArray = {};

/** What the server asks of one slot. `remainingMs` is a remaining time, so that no two clocks are compared. */
export interface ArrayOperation {
  readonly operation: SlotOperation;
  readonly level: PriorityLevel;
  /** Finite for a write, ignored for a release. */
  readonly value: number | null;
  /** Write: the command that owns the slot from now on. Release: the owner that is released. */
  readonly commandId: string;
  readonly remainingMs: number | null;
}

/** Why a host leaves its array as it is. */
export type OperationRefusal = 'LEVEL_NOT_ALLOWED' | 'WRONG_KIND' | 'END_REQUIRED' | 'END_IN_PAST' | 'OVERTAKEN';

export type OperationOutcome =
  | { readonly accepted: true; readonly array: PriorityArray }
  | { readonly accepted: false; readonly code: OperationRefusal };

/** Levels 1 to 7 belong to the device (life safety, minimum on/off, local hand switch): no server writes or releases there. */
export function mayServerWrite(level: PriorityLevel): boolean {
  return level >= OPERATOR_LEVEL;
}

/** The highest filled level, which is in force; null = the relinquish default is. */
export function winnerOf(array: PriorityArray): PriorityLevel | null {
  return PRIORITY_LEVELS.find((level) => array[level] !== undefined) ?? null;
}

/** First filled slot of 1..16, else the relinquish default. */
export function effectiveValue(array: PriorityArray, relinquishDefault: number | null): number | null {
  const winner = winnerOf(array);
  return winner === null ? relinquishDefault : (array[winner]?.value ?? relinquishDefault);
}

/**
 * Carries out one operation of the server. A release empties the slot only while the named command still owns it
 * (OVERTAKEN otherwise); releasing an empty slot is accepted and changes nothing, so that a repetition is harmless.
 */
export function applyOperation(array: PriorityArray, operation: ArrayOperation, now: number): OperationOutcome {
  if (!mayServerWrite(operation.level)) return { accepted: false, code: 'LEVEL_NOT_ALLOWED' };
  return operation.operation === 'release' ? release(array, operation) : write(array, operation, now);
}

function release(array: PriorityArray, { level, commandId }: ArrayOperation): OperationOutcome {
  const held = array[level];
  if (held === undefined) return { accepted: true, array };
  if (held.commandId !== commandId) return { accepted: false, code: 'OVERTAKEN' };
  return { accepted: true, array: withoutLevels(array, [level]) };
}

function write(array: PriorityArray, operation: ArrayOperation, now: number): OperationOutcome {
  const { level, value, commandId, remainingMs } = operation;
  if (value === null || !Number.isFinite(value)) return { accepted: false, code: 'WRONG_KIND' };
  if (remainingMs === null && level === OPERATOR_LEVEL) return { accepted: false, code: 'END_REQUIRED' };
  if (remainingMs !== null && remainingMs <= 0) return { accepted: false, code: 'END_IN_PAST' };
  const until = remainingMs === null ? null : now + remainingMs;
  return { accepted: true, array: { ...array, [level]: { value, commandId, since: now, until } } };
}

/** Empties every slot whose time is over. `ended` names the levels and the commands that owned them, highest level first. */
export function expireSlots(
  array: PriorityArray,
  now: number,
): { array: PriorityArray; ended: { level: PriorityLevel; commandId: string | null }[] } {
  const ended = PRIORITY_LEVELS.flatMap((level) => {
    const slot = array[level];
    return slot !== undefined && slot.until !== null && slot.until <= now ? [{ level, commandId: slot.commandId }] : [];
  });
  if (ended.length === 0) return { array, ended };
  const levels = ended.map((slot) => slot.level);
  return { array: withoutLevels(array, levels), ended };
}

/**
 * The array after a stop of unknown length (a controller without a battery-backed clock): everything that has an end is
 * released, because nobody knows whether its time is over; slots without an end (locks) are kept.
 */
export function afterUnknownStop(array: PriorityArray): PriorityArray {
  return withoutLevels(
    array,
    PRIORITY_LEVELS.filter((level) => typeof array[level]?.until === 'number'),
  );
}

/** Instant at which the next slot ends; null = none has an end. */
export function nextExpiry(array: PriorityArray): number | null {
  const ends = PRIORITY_LEVELS.flatMap((level) => array[level]?.until ?? []);
  return ends.length === 0 ? null : Math.min(...ends);
}

/** Milliseconds until the slot ends, never negative; null = no end. */
export function remainingMs(slot: ArraySlot, now: number): number | null {
  return slot.until === null ? null : Math.max(0, slot.until - now);
}

/** The filled slots in order of level with their remaining times: the shape that hosts report. */
export function reportSlots(
  array: PriorityArray,
  now: number,
): { level: PriorityLevel; value: number; commandId: string | null; remainingMs: number | null }[] {
  return PRIORITY_LEVELS.flatMap((level) => {
    const slot = array[level];
    return slot === undefined ? [] : [{ level, value: slot.value, commandId: slot.commandId, remainingMs: remainingMs(slot, now) }];
  });
}

function withoutLevels(array: PriorityArray, levels: readonly PriorityLevel[]): PriorityArray {
  return Object.fromEntries(PRIORITY_LEVELS.flatMap((level) => {
    const slot = array[level];
    return slot === undefined || levels.includes(level) ? [] : [[level, slot]];
  }));
}
