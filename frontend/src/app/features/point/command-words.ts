import type { CommandState, SlotFact } from '@cupola/domain';
import type { WordKey } from '../../core/words';

/** Each state of a command in a short word and in a sentence. */
export const STATE_WORDS = {
  REQUESTED: 'command.REQUESTED', REJECTED: 'command.REJECTED', PENDING_APPROVAL: 'command.PENDING_APPROVAL', ACCEPTED: 'command.ACCEPTED',
  SENT: 'command.SENT', STORED: 'command.STORED', CLAMPED: 'command.CLAMPED', MASKED: 'command.MASKED', EFFECTIVE: 'command.EFFECTIVE',
  PROVEN: 'command.PROVEN', MISMATCH: 'command.MISMATCH', EXPIRED: 'command.EXPIRED', SUPERSEDED: 'command.SUPERSEDED',
  CANCELLED: 'command.CANCELLED', OFFLINE: 'command.OFFLINE', UNKNOWN: 'command.UNKNOWN', UNRESOLVED: 'command.UNRESOLVED', FAILED: 'command.FAILED',
} as const satisfies Record<CommandState, WordKey>;

export const FACT_WORDS = {
  RELEASED: 'command.fact.RELEASED', ENDED: 'command.fact.ENDED', OVERTAKEN: 'command.fact.OVERTAKEN',
} as const satisfies Record<SlotFact, WordKey>;

export type CommandMood = 'under way' | 'done' | 'failed';

/** How a state reads at a glance. */
export function moodOf(state: CommandState): CommandMood {
  switch (state) {
    case 'REQUESTED':
    case 'PENDING_APPROVAL':
    case 'ACCEPTED':
    case 'SENT':
    case 'STORED':
    case 'UNKNOWN':
      return 'under way';
    case 'EFFECTIVE':
    case 'PROVEN':
    case 'SUPERSEDED':
      return 'done';
    default:
      return 'failed';
  }
}
