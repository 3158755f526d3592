/** Revision of the point list that every controller of the fleet names. */
export const POINTS_REV = 'c'.repeat(64);
