import type { Box } from './label-box';

export type Direction = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

const AWAY: Record<Direction, readonly [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const middle = ({ x, y, width, height }: Box) => [x + width / 2, y + height / 2] as const;

/** The room that an arrow key leads to: near in the key's direction, and not far off to the side. */
export function neighbour<R extends { id: string; box: Box }>(rooms: readonly R[], from: R, direction: Direction): R | undefined {
  const [dx, dy] = AWAY[direction];
  const [fx, fy] = middle(from.box);
  let best: { room: R; cost: number } | undefined;
  for (const room of rooms) {
    const [x, y] = middle(room.box);
    const ahead = (x - fx) * dx + (y - fy) * dy;
    if (room.id === from.id || ahead < 1) continue;
    const aside = Math.abs((x - fx) * dy) + Math.abs((y - fy) * dx);
    const cost = ahead + 3 * aside;
    if (!best || cost < best.cost) best = { room, cost };
  }
  return best?.room;
}
