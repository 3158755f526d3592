import { applyOperation, type PriorityArray } from './priority-array.js';
import type { CommandState, PriorityLevel, SlotFact, SlotOperation } from './words.js';

/**
 * A controller whose arrays did not survive a restart asks for its slot set: what the server intends in its slots, with remaining
 * times. It must never become a way to deliver a command late (domain rules 2.1, 2.4). Therefore only what the host once had
 * confirmed in time is in the set, and the host takes from it only what fills an empty slot and is news to it.
 */

/** The host has confirmed in time that it stored the command. All other states are under way, unknown, or over. */
export const CONFIRMED_STATES = ['STORED', 'CLAMPED', 'MASKED', 'EFFECTIVE', 'PROVEN', 'MISMATCH'] as const satisfies readonly CommandState[];

/** What the server knows of the command whose intent stands in a slot. `until` in milliseconds, null = no end. */
export interface IntendingCommand {
  readonly state: CommandState;
  readonly operation: SlotOperation;
  readonly fact: SlotFact | null;
  readonly until: number | null;
}

/** Whether the intent of this command belongs to its controller's slot set. */
export function belongsToSlotSet({ state, operation, fact, until }: IntendingCommand, now: number): boolean {
  const isConfirmed = (CONFIRMED_STATES as readonly CommandState[]).includes(state);
  return operation === 'write' && isConfirmed && fact === null && (until === null || until > now);
}

/** One entry of a slot set. `remainingMs` is what was left when the server wrote it, null = no end. */
export interface IntendedSlot {
  readonly level: PriorityLevel;
  readonly value: number;
  readonly commandId: string;
  readonly remainingMs: number | null;
}

export interface Reassertion {
  /** Whether the host had this command before: what it had and has no more it let go of for a reason. */
  readonly isKnown: (commandId: string) => boolean;
  /** At most this long ago the server wrote the set. */
  readonly elapsedMs: number;
  readonly now: number;
}

/**
 * Fills the empty slots of one array from its part of a slot set, for the time that is left. A slot that somebody holds, a
 * command that is known, and one whose time is over by now are left alone. `taken` names the commands that were taken.
 */
export function reassertSlots(array: PriorityArray, intended: readonly IntendedSlot[], { isKnown, elapsedMs, now }: Reassertion): { array: PriorityArray; taken: string[] } {
  const taken: string[] = [];
  let next = array;
  for (const { level, value, commandId, remainingMs } of intended) {
    if (next[level] !== undefined || isKnown(commandId)) continue;
    const left = remainingMs === null ? null : remainingMs - elapsedMs;
    const outcome = applyOperation(next, { operation: 'write', level, value, commandId, remainingMs: left }, now);
    if (!outcome.accepted) continue;
    next = outcome.array;
    taken.push(commandId);
  }
  return { array: next, taken };
}
