import type { Box } from './label-box';
import type { Space } from './zone-view';

/** Where a room and its labels stand, in pixels of the plan's own area. */
export interface RoomPlace {
  id: string;
  space: Space;
  zoneId: string | null;
  path: string;
  /** The largest upright rectangle in it. */
  box: Box;
  /** What of it no door swings through: for the labels. */
  free: Box;
}
