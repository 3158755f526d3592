import { naturalOrder } from '../model/natural-order.js';
import { chooseGrid } from './floor-grid.js';

/** Corners of a polygon in plan units, first corner not repeated. */
export type Outline = [number, number][];

/** A rectangle in plan units. */
export interface Rectangle {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface PlannedFloor {
  /** One outline per space, in the order of the spaces' numbers. */
  outlines: { id: string; outline: Outline }[];
  /** The building's outer wall; null when there is nothing to enclose. */
  wall: Rectangle | null;
  corridors: Rectangle[];
}

/** The size of generated plans: fits the plan panel of a 1440x900 console beside the side panel, unit for pixel. */
export const GENERATED_PLAN = { width: 780, height: 632 } as const;

interface Named {
  id: string;
  name: string;
}

/**
 * Draws a floor of which only the rooms' names are known, so that it reads as a building: rooms in the order of their numbers
 * on both sides of corridors, wall to wall, wider where the name is longer. All coordinates are whole plan units inside
 * `size`; outlines never overlap; the same spaces give the same plan whatever their order.
 */
export function arrangeFloor(spaces: readonly Named[], size: { width: number; height: number }): PlannedFloor {
  const sorted = [...spaces].sort((a, b) => naturalOrder(a.name, b.name) || naturalOrder(a.id, b.id));
  if (sorted.length === 0) return { outlines: [], wall: null, corridors: [] };
  const grid = chooseGrid(sorted.map(weightOf), size);
  const rows = sidesOfCorridors(sorted, grid.corridors);
  const wall = centred(grid.width, grid.height, size);
  const outlines: PlannedFloor['outlines'] = [];
  const corridors: Rectangle[] = [];
  rows.forEach(([north, south], at) => {
    const top = wall.top + at * (2 * grid.roomHeight + grid.corridorHeight);
    const middle = south.length === 0 ? wall.bottom : top + grid.roomHeight;
    outlines.push(...fillRow(north, wall.left, wall.right, top, middle));
    if (south.length === 0) return;
    const below = middle + grid.corridorHeight;
    corridors.push({ left: wall.left, right: wall.right, top: middle, bottom: below });
    outlines.push(...fillRow(south, wall.left, wall.right, below, below + grid.roomHeight));
  });
  return { outlines, wall, corridors };
}

/** Names beyond seven characters ask for a wider room, up to a little over twice the width. */
function weightOf(space: Named): number {
  return Math.min(Math.max(space.name.length / 7, 1), 2.2);
}

/** Neighbouring numbers face each other across the corridor, as in most buildings. */
function sidesOfCorridors(sorted: readonly Named[], corridors: number): [Named[], Named[]][] {
  return Array.from({ length: corridors }, (_, at) => {
    const from = Math.round((sorted.length * at) / corridors);
    const rooms = sorted.slice(from, Math.round((sorted.length * (at + 1)) / corridors));
    return [rooms.filter((_room, side) => side % 2 === 0), rooms.filter((_room, side) => side % 2 === 1)];
  });
}

function centred(width: number, height: number, size: { width: number; height: number }): Rectangle {
  const left = Math.floor((size.width - width) / 2);
  const top = Math.floor((size.height - height) / 2);
  return { left, top, right: left + width, bottom: top + height };
}

function fillRow(rooms: readonly Named[], left: number, right: number, top: number, bottom: number): PlannedFloor['outlines'] {
  const total = rooms.reduce((sum, room) => sum + weightOf(room), 0);
  let before = 0;
  return rooms.map((room) => {
    const x1 = left + Math.round(((right - left) * before) / total);
    before += weightOf(room);
    const x2 = left + Math.round(((right - left) * before) / total);
    return { id: room.id, outline: [[x1, top], [x2, top], [x2, bottom], [x1, bottom]] };
  });
}
