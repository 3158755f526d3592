import type { Box } from './label-box';

/**
 * What is left of a room's box when nothing may stand where `obstacles` are: each one that reaches in cuts off the side that costs
 * the least. An obstacle in the middle of the room leaves the larger part.
 */
export function freeBox(box: Box, obstacles: readonly Box[]): Box {
  return obstacles.filter((obstacle) => overlaps(box, obstacle)).reduce(cut, box);
}

function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function cut(box: Box, obstacle: Box): Box {
  if (!overlaps(box, obstacle)) return box;
  const [right, bottom] = [box.x + box.width, box.y + box.height];
  const parts: Box[] = [
    { ...box, height: obstacle.y - box.y },
    { ...box, y: obstacle.y + obstacle.height, height: bottom - obstacle.y - obstacle.height },
    { ...box, width: obstacle.x - box.x },
    { ...box, x: obstacle.x + obstacle.width, width: right - obstacle.x - obstacle.width },
  ];
  const area = ({ width, height }: Box) => (width > 0 && height > 0 ? width * height : 0);
  return parts.reduce((best, part) => (area(part) > area(best) ? part : best), { ...box, width: 0, height: 0 });
}
