import { ROOMS, type Room } from './rooms.js';

/** The rooms that one lighting controller serves: `LC-3E`. */
export interface LightingGroup {
  readonly id: string;
  readonly level: number;
  readonly rooms: readonly Room[];
}

const PER_FLOOR = 6;
const LETTERS = 'ABCDEF';

/** Six groups a floor, neighbours together; the corridor is always the last. */
export const LIGHTING_GROUPS: readonly LightingGroup[] = [...new Set(ROOMS.map(({ level }) => level))].flatMap(groupsOf);

function groupsOf(level: number): LightingGroup[] {
  const rooms = ROOMS.filter((room) => room.level === level && room.use !== 'corridor');
  const corridor = ROOMS.filter((room) => room.level === level && room.use === 'corridor');
  const count = Math.min(PER_FLOOR - 1, rooms.length);
  const groups = Array.from({ length: count }, (_, at) => rooms.slice(Math.round((rooms.length * at) / count), Math.round((rooms.length * (at + 1)) / count)));
  return [...groups, corridor].map((own, at) => ({ id: `LC-${level}${LETTERS[at] ?? ''}`, level, rooms: own }));
}
