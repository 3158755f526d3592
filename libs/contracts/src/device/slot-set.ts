import { z } from 'zod';
import { durationMs, id } from '../primitives.js';
import { priorityLevel } from '../words.js';

const key = z.string().max(256);

/** One entry of a slot set: `remainingMs` as the server wrote the page, null = no end. */
export const intendedSlot = z.object({ level: priorityLevel, value: z.number(), commandId: id, remainingMs: durationMs.nullable() });

/**
 * CALL d>g `slots.pull`: a host whose revision is behind WELCOME's `desiredRev` asks what the server intends in its slots, page by
 * page in order of keys; `after` is what the page before named as `next`, null for the first.
 */
export const slotsPull = z.object({ after: key.nullable() });
export type SlotsPull = z.infer<typeof slotsPull>;

/**
 * RESULT of `slots.pull`, at most 16 KiB. It holds only what the
 * host has confirmed before and is still intended: nothing in it is a command that was not delivered yet.
 */
export const slotSetPage = z.object({
  rev: z.int().min(0),
  points: z.array(z.object({ key, slots: z.array(intendedSlot).min(1).max(9) })),
  /** What to ask for next as `after`; null: this was the last page. */
  next: key.nullable(),
});
export type SlotSetPage = z.infer<typeof slotSetPage>;
