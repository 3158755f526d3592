import { z } from 'zod';
import { durationMs, id, instant, pageQuery, text } from '../primitives.js';
import {
  commandState,
  linkState,
  pointFunction,
  pointKind,
  pointState,
  pointValue,
  priorityLevel,
  quality,
  slotFact,
  slotOperation,
  valueFlag,
} from '../words.js';

const place = z.object({ id, name: z.string() });

/** What is known of a point's value now. `ageMs` is computed by the server from the source time; null = never seen. */
export const reading = z.object({
  value: pointValue,
  quality,
  flags: z.array(valueFlag),
  sourceTime: instant.nullable(),
  ageMs: durationMs.nullable(),
});
export type Reading = z.infer<typeof reading>;

export const point = reading.extend({
  id,
  key: z.string(),
  label: z.string(),
  sourceId: z.string().nullable(),
  kind: pointKind,
  function: pointFunction,
  brickClass: z.string().nullable(),
  unit: z.string().nullable(),
  states: z.array(pointState).nullable(),
  writable: z.boolean(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  resolution: z.number().nullable(),
  /** A value older than this is STALE. */
  staleAfterMs: durationMs,
  site: place,
  building: place,
  floor: place.extend({ level: z.int() }).nullable(),
  zone: place.nullable(),
  equipment: place.extend({ brickClass: z.string().nullable() }).nullable(),
  controller: place.extend({ link: linkState }).nullable(),
});
export type Point = z.infer<typeof point>;

/** One slot of the priority array: what the server intends, and what the host reported. */
export const slotView = z.object({
  level: priorityLevel,
  intent: z
    .object({ value: z.number().nullable(), commandId: id, by: z.string(), reason: z.string(), since: instant, until: instant.nullable() })
    .nullable(),
  reported: z.object({ value: z.number(), commandId: id.nullable(), until: instant.nullable(), at: instant }).nullable(),
});
export const command = z.object({
  id,
  pointId: id,
  pointLabel: z.string(),
  unit: z.string().nullable(),
  level: priorityLevel,
  operation: slotOperation,
  /** What was asked; null for a release. */
  value: pointValue,
  state: commandState,
  /** Later fact about the slot: released, ended at its time, overtaken. */
  fact: slotFact.nullable(),
  /** What the host stored when it changed the value (CLAMPED), and what the explicit readback showed. */
  storedValue: pointValue,
  readbackValue: pointValue,
  code: z.string().nullable(),
  detail: z.string().nullable(),
  by: z.string(),
  reason: z.string(),
  requestedAt: instant,
  deliverBy: instant,
  until: instant.nullable(),
  updatedAt: instant,
});
export type Command = z.infer<typeof command>;

export const pointDetail = point.extend({
  relinquishDefault: z.number().nullable(),
  slots: z.array(slotView),
  /** The level in force at the host; null = relinquish default or not known. */
  winner: priorityLevel.nullable(),
  hostedAt: instant.nullable(),
  commands: z.array(command),
  /** Whether this caller may write here, and why not. */
  mayCommand: z.boolean(),
  whyNot: z.string().nullable(),
  maxOverrideMs: durationMs,
});
export type PointDetail = z.infer<typeof pointDetail>;

export const pointsQuery = z.object({
  ...pageQuery,
  search: z.string().trim().max(200).optional(),
  building: id.optional(),
  floor: id.optional(),
  equipment: id.optional(),
  zone: id.optional(),
});

export const samplesQuery = z.object({
  from: instant.optional(),
  to: instant.optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
  cursor: z.string().max(500).optional(),
});
/** Oldest first: `[source time, value, quality]`. */
export const samplesResponse = z.object({
  samples: z.array(z.tuple([instant, pointValue, quality])),
  nextCursor: z.string().nullable(),
});

/** `POST /api/v1/points/{id}/overrides`: an operator's override at level 8. Exactly one of `durationMs` and `until` is required. */
export const overrideRequest = z.strictObject({
  value: z.number(),
  durationMs: z.int().positive().optional(),
  until: instant.optional(),
  reason: text(300),
});
/** `POST /api/v1/points/{id}/overrides/release` */
export const releaseRequest = z.strictObject({ reason: text(300) });
/** Header that repeats a command safely. */
export const IDEMPOTENCY_HEADER = 'idempotency-key';
/** Header in which the console repeats the epoch of its live connection on every write. */
export const LIVE_EPOCH_HEADER = 'cupola-live-epoch';
