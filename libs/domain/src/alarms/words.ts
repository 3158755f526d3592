/** What an alarm definition watches for (ISA-18.2 families; IDENTITY: something else uses a controller's identity; DEVICE mirrors an alarm born in the controller). */
export const ALARM_CONDITIONS = [
  'HI',
  'HIHI',
  'LO',
  'LOLO',
  'DEV',
  'ROC',
  'OFFNORMAL',
  'STATESET',
  'CMD_FAIL',
  'COMM_LOSS',
  'STALE',
  'FAULT',
  'IDENTITY',
  'DEVICE',
] as const;
export type AlarmCondition = (typeof ALARM_CONDITIONS)[number];

/** Conditions of controllers themselves; all others are judged of points. */
export const CONTROLLER_CONDITIONS = ['COMM_LOSS', 'IDENTITY'] as const satisfies readonly AlarmCondition[];

/** What the watched thing shows now. UNKNOWN never clears an alarm. */
export const CONDITION_VERDICTS = ['FALSE', 'TRUE', 'UNKNOWN'] as const;
export type ConditionVerdict = (typeof CONDITION_VERDICTS)[number];

/** The one state that is shown, derived from the flags by precedence. */
export const DISPLAY_STATES = ['DISABLED', 'OOSRV', 'DSUPR', 'SHLVD', 'UNACK', 'ACKED', 'LATCHED_RTN', 'RTNUN', 'NORM'] as const;
export type DisplayState = (typeof DISPLAY_STATES)[number];

/** 1 is the highest. */
export const ALARM_PRIORITIES = [1, 2, 3, 4] as const;
export type AlarmPriority = (typeof ALARM_PRIORITIES)[number];

export const SHELF_KINDS = ['TIMED', 'ONE_SHOT'] as const;
export type ShelfKind = (typeof SHELF_KINDS)[number];

/** What the journal of an alarm records. */
export const ALARM_FACTS = [
  'ACTIVATED',
  'CLEARED',
  'ESCALATED',
  'DEESCALATED',
  'LATCHED',
  'RETRIPPED',
  'ACKNOWLEDGED',
  'AUTO_ACKNOWLEDGED',
  'RESET',
  'REALARMED',
  'SHELVED',
  'UNSHELVED',
  'SUPPRESSED',
  'UNSUPPRESSED',
  'OUT_OF_SERVICE',
  'IN_SERVICE',
  'DISABLED',
  'ENABLED',
  'SILENCED',
  'COMMENTED',
  'SUPERSEDED',
  'LATE',
] as const;
export type AlarmFact = (typeof ALARM_FACTS)[number];

/** Why an operator's act on an alarm was refused. */
export const ALARM_REFUSALS = [
  'STALE_OCCURRENCE',
  'NOT_LATCHED',
  'NOT_ACKNOWLEDGED',
  'NOT_SHELVABLE',
  'SHELF_TOO_LONG',
  'NOT_SHELVED',
  'NEVER_SUPPRESSED',
] as const;
export type AlarmRefusal = (typeof ALARM_REFUSALS)[number];
