import { z } from 'zod';
import { id, instant, pageQuery } from '../primitives.js';
import { pointValue, pointKind, pointState, priorityLevel } from '../words.js';

const place = z.object({ id, name: z.string() });

/** `GET /api/v1/commands`: newest first. */
export const commandsQuery = z.object({ ...pageQuery, point: id.optional() });

/** `GET /api/v1/overrides`: everything that is forced, by us or by others. */
export const overridesQuery = z.object({ ...pageQuery, floor: id.optional() });
export const forcedSlot = z.object({
  point: place,
  unit: z.string().nullable(),
  kind: pointKind,
  states: z.array(pointState).nullable(),
  site: place,
  building: place,
  floor: place.nullable(),
  equipment: place.nullable(),
  level: priorityLevel,
  /** What is forced: as the controller reported it last, else as it was asked. */
  value: pointValue,
  /** Null: written by somebody else than this server, e.g. at the controller. */
  by: z.string().nullable(),
  reason: z.string().nullable(),
  since: instant.nullable(),
  until: instant.nullable(),
  commandId: id.nullable(),
  /** Whether the controller holds it, as far as it said. False: asked, but not (or not any more) confirmed. */
  isReported: z.boolean(),
  /** The server's own intent is over, yet the controller still holds the value. */
  isOverdue: z.boolean(),
});
export type ForcedSlot = z.infer<typeof forcedSlot>;
