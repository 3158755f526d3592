/** Levels of the BACnet priority array, 1 (wins) to 16. */
export const PRIORITY_LEVELS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16] as const;
export type PriorityLevel = (typeof PRIORITY_LEVELS)[number];

/** The level of an operator's override: an end is required there. */
export const OPERATOR_LEVEL = 8 satisfies PriorityLevel;

/** What a command does to its slot. */
export const SLOT_OPERATIONS = ['write', 'release'] as const;
export type SlotOperation = (typeof SLOT_OPERATIONS)[number];

/** Every state of a command's life (domain rules 2.4). */
export const COMMAND_STATES = [
  'REQUESTED',
  'REJECTED',
  'PENDING_APPROVAL',
  'ACCEPTED',
  'SENT',
  'STORED',
  'CLAMPED',
  'MASKED',
  'EFFECTIVE',
  'PROVEN',
  'MISMATCH',
  'EXPIRED',
  'SUPERSEDED',
  'CANCELLED',
  'OFFLINE',
  'UNKNOWN',
  'UNRESOLVED',
  'FAILED',
] as const;
export type CommandState = (typeof COMMAND_STATES)[number];

/** Later facts about the slot that a command once filled. */
export const SLOT_FACTS = ['RELEASED', 'ENDED', 'OVERTAKEN'] as const;
export type SlotFact = (typeof SLOT_FACTS)[number];
