import type { FloorDrawing } from '@cupola/contracts';
import { FLOOR_NAMES, PLAN, ROOMS, type Room } from './rooms.js';
import { spaceIdOf } from './turtle.js';

const DOOR = 18;
const { margin } = PLAN;
/** Between the rooms of the north and the corridor, on every floor. */
const CORE_TOP = 183;
const CORE_BOTTOM = 270;
const CORES = [
  ['stairs', 430, 520],
  ['lift', 520, 560],
  ['shaft', 560, 580],
  ['toilets', 580, 610],
] as const;
const CORRIDOR = { top: 270, bottom: 397 } as const;

type Box = Room['box'];
type Outline = FloorDrawing['wall'];

/** The plan of one floor as it is drawn in the console. */
export function drawingOf(level: number): FloorDrawing {
  const rooms = ROOMS.filter((room) => room.level === level);
  const { width, height } = PLAN;
  return {
    ...{ width, height, wall: outlineOf([0, 0, width - 2 * margin, height - 2 * margin]) },
    spaces: rooms.map((room) => ({ sourceId: spaceIdOf(room), outline: outlineOf(room.box) })),
    doors: rooms.filter(({ use }) => use !== 'corridor').map((room) => doorOf(room, rooms)),
    cores: CORES.map(([kind, left, right]) => ({ kind, outline: outlineOf([left, CORE_TOP, right, CORE_BOTTOM]) })),
  };
}

export const DRAWN_LEVELS = FLOOR_NAMES.map((_, level) => level);

function outlineOf([left, top, right, bottom]: Box): Outline {
  return [corner(left, top), corner(right, top), corner(right, bottom), corner(left, bottom)];
}

/** A room's door: to the corridor where it has a wall there, else to the neighbour through which one gets to it. */
function doorOf(room: Room, rooms: readonly Room[]): FloorDrawing['doors'][number] {
  const [left, top, right, bottom] = room.box;
  if (bottom === CORRIDOR.top) return { hinge: corner(right - 30, bottom), latch: corner(right - 30 - DOOR, bottom), opens: 'left' };
  if (top === CORRIDOR.bottom) return { hinge: corner(right - 30 - DOOR, top), latch: corner(right - 30, top), opens: 'left' };
  const below = rooms.find(({ box }) => box[1] === bottom && box[0] < right && box[2] > left);
  if (below !== undefined) {
    const x = Math.max(left, below.box[0]) + 12;
    return { hinge: corner(x, bottom), latch: corner(x + DOOR, bottom), opens: 'left' };
  }
  const beside = rooms.find(({ box }) => box[2] === left && box[1] < bottom && box[3] > top);
  const y = Math.max(top, beside?.box[1] ?? top) + 5;
  return { hinge: corner(left, y), latch: corner(left, y + DOOR), opens: 'right' };
}

function corner(x: number, y: number): [number, number] {
  return [x + margin, y + margin];
}
