/** To which side a door's leaf swings, seen from its hinge to its latch. */
export const DOOR_SIDES = ['left', 'right'] as const;
export type DoorSide = (typeof DOOR_SIDES)[number];

/** What stands where no room is. */
export const CORE_KINDS = ['stairs', 'lift', 'shaft', 'toilets'] as const;
export type CoreKind = (typeof CORE_KINDS)[number];
