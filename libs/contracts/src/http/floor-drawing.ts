import { CORE_KINDS, DOOR_SIDES } from '@cupola/domain';
import { z } from 'zod';

/** A place on a plan, in plan units: the plan's own width and height, x to the right, y downwards. */
export const corner = z.tuple([z.number(), z.number()]);
/** A polygon in plan units, first corner not repeated. */
export const outline = z.array(corner).min(3);
/** A leaf hinged at `hinge`; closed it reaches `latch`, and it swings to the left or right seen from hinge to latch. */
export const door = z.object({ hinge: corner, latch: corner, opens: z.enum(DOOR_SIDES) });
/** What stands where no room is. */
export const core = z.object({ kind: z.enum(CORE_KINDS), outline });

const size = z.number().positive().max(100_000);
const drawnOutline = outline.max(200);
/** `PUT /api/v1/floors/{id}/plan`: replaces what is drawn. Spaces that it does not name are on the floor, but not on its plan. */
export const floorDrawing = z.strictObject({
  width: size,
  height: size,
  wall: drawnOutline,
  spaces: z.array(z.strictObject({ sourceId: z.string().min(1).max(1000), outline: drawnOutline })).max(500),
  doors: z.array(z.strictObject(door.shape)).max(1000),
  cores: z.array(z.strictObject({ ...core.shape, outline: drawnOutline })).max(100),
});
export type FloorDrawing = z.infer<typeof floorDrawing>;
