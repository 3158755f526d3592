/** What a point measures or commands (Haystack `kind`, reduced to what controllers speak). */
export const POINT_KINDS = ['analog', 'binary', 'multistate'] as const;
export type PointKind = (typeof POINT_KINDS)[number];

/** What a point is for. */
export const POINT_FUNCTIONS = ['sensor', 'command', 'setpoint', 'status'] as const;
export type PointFunction = (typeof POINT_FUNCTIONS)[number];

/** How far a value may be trusted. STALE and DOWN are judged at reading time, the others are stored. */
export const QUALITIES = ['GOOD', 'STALE', 'DOWN', 'FAULT', 'DISABLED', 'UNKNOWN'] as const;
export type Quality = (typeof QUALITIES)[number];

/** Conditions that stand beside a quality. `suspectTime`: the source time was replaced by the received time. */
export const VALUE_FLAGS = ['inAlarm', 'overridden', 'outOfService', 'suspectTime'] as const;
export type ValueFlag = (typeof VALUE_FLAGS)[number];

/** A point's value: a finite number (analog), an enum code (multistate) or 0 and 1 (binary); null when there is none. */
export type PointValue = number | null;
