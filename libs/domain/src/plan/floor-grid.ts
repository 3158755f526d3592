/** How a generated floor is divided: whole plan units. */
export interface FloorGrid {
  corridors: number;
  roomHeight: number;
  corridorHeight: number;
  width: number;
  height: number;
}

const MARGIN = 6;
const MAX_ROOM = { width: 260, height: 200 };
const CORRIDOR = { share: 0.26, min: 14, max: 36 };
/** A room is best a little wider than high: a label and a value line stand in it. */
const BEST_SHAPE = 1.3;

/**
 * Chooses how many double-loaded corridors give the largest well-shaped rooms for rooms of these widths (weights around 1).
 * Few rooms do not fill the plan: no room grows beyond what looks like a room.
 */
export function chooseGrid(weights: readonly number[], size: { width: number; height: number }): FloorGrid {
  const most = Math.max(1, Math.floor(weights.length / 2));
  let best = gridFor(1, weights, size);
  for (let corridors = 2; corridors <= most; corridors += 1) {
    const grid = gridFor(corridors, weights, size);
    if (grid.score > best.score) best = grid;
  }
  return best.grid;
}

function gridFor(corridors: number, weights: readonly number[], size: { width: number; height: number }): { grid: FloorGrid; score: number } {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const rows = weights.length === 1 ? 1 : 2 * corridors;
  const width = Math.max(1, size.width - 2 * MARGIN);
  const height = Math.max(1, size.height - 2 * MARGIN);
  const corridorHeight = rows === 1 ? 0 : Math.round(clamp((height / rows) * CORRIDOR.share, CORRIDOR.min, CORRIDOR.max));
  const roomHeight = Math.floor(Math.min(MAX_ROOM.height, (height - corridors * corridorHeight) / rows));
  const perRow = Math.max(1, total / rows);
  const footprint = Math.floor(Math.min(width, MAX_ROOM.width * Math.max(1, Math.ceil(perRow))));
  const grid = { corridors, roomHeight, corridorHeight, width: footprint, height: rows * roomHeight + (rows === 1 ? 0 : corridors * corridorHeight) };
  return { grid, score: Math.min(width / perRow / BEST_SHAPE, roomHeight) };
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
