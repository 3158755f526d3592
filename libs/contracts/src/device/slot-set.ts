import { z } from 'zod';
import { durationMs, id } from '../primitives.js';
import { priorityLevel } from '../words.js';

const key = z.string().max(256);

/** One entry of a slot set: `remainingMs` as the server wrote the set, null = no end. */
export const intendedSlot = z.object({ level: priorityLevel, value: z.number(), commandId: id, remainingMs: durationMs.nullable() });

/** CALL d>g `slots.pull`: a host whose revision is behind WELCOME's `desiredRev` asks what the server intends in its slots. */
export const slotsPull = z.object({});
export type SlotsPull = z.infer<typeof slotsPull>;

/**
 * RESULT of `slots.pull` up to 16 KiB, and the text of the document above that. It holds only what the
 * host has confirmed before and is still intended: nothing in it is a command that was not delivered yet.
 */
export const slotSet = z.object({
  rev: z.int().min(0),
  points: z.array(z.object({ key, slots: z.array(intendedSlot).min(1).max(9) })),
});
export type SlotSet = z.infer<typeof slotSet>;

/** RESULT of `slots.pull` above 16 KiB: the NOTIFY that went before it names the document with this `ref`. */
export const slotSetAnnounced = z.object({ rev: z.int().min(0), ref: id });
export type SlotSetAnnounced = z.infer<typeof slotSetAnnounced>;
