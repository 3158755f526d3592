import { agrees } from './tolerance.js';
import type { CommandState, PriorityLevel, SlotFact, SlotOperation } from './words.js';

/** From each state to the states that may follow (domain rules 2.4). What is not listed is forbidden. */
export const COMMAND_TRANSITIONS: Readonly<Record<CommandState, readonly CommandState[]>> = {
  REQUESTED: ['REJECTED', 'PENDING_APPROVAL', 'ACCEPTED', 'FAILED'],
  PENDING_APPROVAL: ['REJECTED', 'ACCEPTED', 'EXPIRED', 'CANCELLED', 'FAILED'],
  ACCEPTED: ['SENT', 'EXPIRED', 'SUPERSEDED', 'CANCELLED', 'OFFLINE', 'FAILED'],
  SENT: ['STORED', 'CLAMPED', 'EXPIRED', 'SUPERSEDED', 'CANCELLED', 'OFFLINE', 'UNKNOWN', 'FAILED'],
  UNKNOWN: ['STORED', 'CLAMPED', 'EXPIRED', 'SUPERSEDED', 'UNRESOLVED', 'FAILED'],
  STORED: ['EFFECTIVE', 'CLAMPED', 'MASKED', 'FAILED'],
  // To itself: the readback showed the changed value in force.
  CLAMPED: ['CLAMPED', 'MASKED', 'FAILED'],
  MASKED: ['EFFECTIVE', 'CLAMPED', 'FAILED'],
  EFFECTIVE: ['PROVEN', 'MISMATCH', 'MASKED', 'FAILED'],
  PROVEN: ['MISMATCH', 'MASKED', 'FAILED'],
  MISMATCH: ['PROVEN', 'MASKED', 'FAILED'],
  REJECTED: [],
  EXPIRED: [],
  SUPERSEDED: [],
  CANCELLED: [],
  OFFLINE: [],
  UNRESOLVED: [],
  FAILED: [],
};

export function mayMove(from: CommandState, to: CommandState): boolean {
  return COMMAND_TRANSITIONS[from].includes(to);
}

/** Nothing can follow: the command's story is told. */
export function isFinal(state: CommandState): boolean {
  return COMMAND_TRANSITIONS[state].length === 0;
}

/** States in which the slot must get its previous intent back, or the next slot synchronisation would deliver the command late. */
export function restoresIntent(state: CommandState): boolean {
  return state === 'OFFLINE' || state === 'EXPIRED' || state === 'CANCELLED' || state === 'FAILED';
}

/** What the life cycle knows of one command. `resolution` is the point's native step, null where it has none. */
export interface CommandProgress {
  readonly state: CommandState;
  readonly operation: SlotOperation;
  readonly level: PriorityLevel;
  /** Finite for a write, null for a release. */
  readonly value: number | null;
  /** Owner of the slot: the command itself for a write, the command that is released for a release. */
  readonly ownerId: string;
  readonly resolution: number | null;
  readonly storedValue: number | null;
  readonly readbackValue: number | null;
  /** `readSeq` of the host's RESULT: only a later read proves anything. Null until there was one. */
  readonly resultSeq: number | null;
}

/** The host's own account of a point, as in RESULT of `slot.apply` and `point.read`. */
export interface HostedState {
  readonly slots: readonly { readonly level: PriorityLevel; readonly value: number; readonly commandId: string | null }[];
  readonly relinquishDefault: number | null;
  readonly winner: PriorityLevel | null;
  readonly presentValue: number | null;
  readonly readSeq: number;
}

/** Everything that can happen to a command. */
export type CommandEvent =
  | { readonly type: 'rejected'; readonly code: string }
  | { readonly type: 'approvalRequired' | 'accepted' | 'sent' }
  | { readonly type: 'offline' | 'expired' | 'cancelled' | 'superseded' }
  /** The link was lost, or nothing came back, after it was sent. */
  | { readonly type: 'unanswered' }
  /** Nobody could say what became of it for 24 hours. */
  | { readonly type: 'abandoned' }
  /** RESULT of `slot.apply`, first hand or by `command.status`. */
  | { readonly type: 'answered'; readonly hosted: HostedState }
  /** An explicit `point.read` after the RESULT. */
  | { readonly type: 'read'; readonly hosted: HostedState }
  /** Last read before the readback is given up: a present value that still differs fails the command. */
  | { readonly type: 'readFinally'; readonly hosted: HostedState }
  /** A write's slot got empty or another owner. Ends a command that nobody has seen in force. */
  | { readonly type: 'slotLost'; readonly fact: SlotFact }
  | { readonly type: 'feedbackAgreed' | 'feedbackDiffered' }
  | { readonly type: 'failed'; readonly code: string };

export type CommandStep =
  | {
      readonly moved: true;
      readonly command: CommandProgress;
      readonly code: string | null;
      readonly fact: SlotFact | null;
      readonly restoresIntent: boolean;
    }
  /** The event is late, repeated or not allowed in this state, or a read that does not settle anything yet. */
  | { readonly moved: false; readonly why: 'FORBIDDEN' | 'NOT_YET' };

interface Verdict {
  readonly state: CommandState;
  readonly code?: string;
  readonly fact?: SlotFact;
  readonly storedValue?: number | null;
  readonly readbackValue?: number | null;
  readonly resultSeq?: number;
}

/** One step of a command's life: the next state with everything that follows from it, or why there is none. */
export function stepCommand(command: CommandProgress, event: CommandEvent): CommandStep {
  const verdict = judge(command, event);
  if (verdict === null) return { moved: false, why: 'NOT_YET' };
  if (!mayMove(command.state, verdict.state)) return { moved: false, why: 'FORBIDDEN' };
  const { state, code = null, fact = null, ...seen } = verdict;
  return { moved: true, command: { ...command, ...seen, state }, code, fact, restoresIntent: restoresIntent(state) };
}

function judge(command: CommandProgress, event: CommandEvent): Verdict | null {
  switch (event.type) {
    case 'answered':
      return judgeResult(command, event.hosted);
    case 'read':
    case 'readFinally':
      return judgeRead(command, event.hosted, event.type === 'readFinally');
    case 'slotLost':
      // What was seen in force before keeps its outcome: that its slot is over is a later fact.
      return command.state === 'STORED' ? { state: 'FAILED', code: event.fact === 'OVERTAKEN' ? 'OVERTAKEN' : 'SLOT_EMPTY', fact: event.fact } : null;
    case 'rejected':
      return { state: 'REJECTED', code: event.code };
    case 'failed':
      return { state: 'FAILED', code: event.code };
    default:
      return { state: PLAIN_EVENTS[event.type] };
  }
}

const PLAIN_EVENTS = {
  approvalRequired: 'PENDING_APPROVAL',
  accepted: 'ACCEPTED',
  sent: 'SENT',
  offline: 'OFFLINE',
  expired: 'EXPIRED',
  cancelled: 'CANCELLED',
  superseded: 'SUPERSEDED',
  unanswered: 'UNKNOWN',
  abandoned: 'UNRESOLVED',
  feedbackAgreed: 'PROVEN',
  feedbackDiffered: 'MISMATCH',
} as const satisfies Record<string, CommandState>;

function judgeResult(command: CommandProgress, hosted: HostedState): Verdict {
  const held = hosted.slots.find((slot) => slot.level === command.level);
  const resultSeq = hosted.readSeq;
  if (held !== undefined && held.commandId !== command.ownerId) return { state: 'SUPERSEDED', fact: 'OVERTAKEN', resultSeq };
  if (command.operation === 'release') {
    return held === undefined ? { state: 'STORED', storedValue: null, resultSeq } : { state: 'FAILED', code: 'NOT_RELEASED', resultSeq };
  }
  if (held === undefined) return { state: 'FAILED', code: 'NOT_STORED', resultSeq };
  const isAsAsked = agrees(command.value, held.value, command.resolution);
  return { state: isAsAsked ? 'STORED' : 'CLAMPED', storedValue: held.value, resultSeq };
}

function judgeRead(command: CommandProgress, hosted: HostedState, isLast: boolean): Verdict | null {
  if (command.resultSeq === null || hosted.readSeq <= command.resultSeq) return null;
  const readbackValue = hosted.presentValue;
  const held = hosted.slots.find((slot) => slot.level === command.level);
  const isOurs = command.operation === 'write' ? held?.commandId === command.ownerId : held?.commandId !== command.ownerId;
  if (!isOurs) return lostSlot(command, held !== undefined, readbackValue);
  if (command.operation === 'write' && hosted.winner !== null && hosted.winner < command.level) return { state: 'MASKED', readbackValue };
  const inForce = valueInForce(hosted);
  if (!agrees(inForce, readbackValue, command.resolution) && inForce !== readbackValue) {
    return isLast ? { state: 'FAILED', code: 'READBACK_DIFFERS', readbackValue } : null;
  }
  const isAsAsked = command.operation === 'release' || agrees(command.value, readbackValue, command.resolution);
  return { state: isAsAsked ? 'EFFECTIVE' : 'CLAMPED', readbackValue };
}

/** Between RESULT and read the slot ended or got another owner: the command is over before it was seen in force. */
function lostSlot(command: CommandProgress, isHeld: boolean, readbackValue: number | null): Verdict {
  if (command.operation === 'release') return { state: 'FAILED', code: 'NOT_RELEASED', readbackValue };
  return { state: 'FAILED', code: isHeld ? 'OVERTAKEN' : 'SLOT_EMPTY', fact: isHeld ? 'OVERTAKEN' : 'ENDED', readbackValue };
}

function valueInForce(hosted: HostedState): number | null {
  if (hosted.winner === null) return hosted.relinquishDefault;
  return hosted.slots.find((slot) => slot.level === hosted.winner)?.value ?? null;
}
