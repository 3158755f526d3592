import type { Outline } from './arrange-floor.js';

export type Corner = readonly [number, number];
type Edge = readonly [Corner, Corner];

/** Walls are drawn to a hundredth of a plan unit: what lies closer together touches. */
export const TOUCHING = 0.01;

/** Whether an outline encloses an area and its edges meet nowhere but at its corners. */
export function isSimple(outline: Readonly<Outline>): boolean {
  const edges = edgesOf(outline);
  if (edges.length < 3 || edges.some(([from, to]) => distance(from, to) <= TOUCHING)) return false;
  if (Math.abs(areaOf(outline)) <= TOUCHING) return false;
  return edges.every((edge, at) =>
    edges.slice(at + 1).every((other, gap) => {
      const isNext = gap === 0;
      const isBefore = at === 0 && gap === edges.length - 2;
      if (isNext) return !foldsBack(edge, other);
      return isBefore ? !foldsBack(other, edge) : !meet(edge, other);
    }),
  );
}

/** Whether the insides of two simple outlines share an area. A common wall is none. */
export function overlap(a: Readonly<Outline>, b: Readonly<Outline>): boolean {
  return reachesInto(a, b) || reachesInto(b, a) || isInside(innerPoint(a), b);
}

/** Positive for one direction of travel, negative for the other. */
export function areaOf(outline: Readonly<Outline>): number {
  return edgesOf(outline).reduce((sum, [[x1, y1], [x2, y2]]) => sum + x1 * y2 - x2 * y1, 0) / 2;
}

function edgesOf(outline: Readonly<Outline>): Edge[] {
  return outline.map((corner, at) => [corner, outline[(at + 1) % outline.length] ?? corner]);
}

/** Whether a piece of an outline's wall runs inside the other: cut where it meets the other's walls, a piece is inside, outside or on one. */
function reachesInto(outline: Readonly<Outline>, other: Readonly<Outline>): boolean {
  const walls = edgesOf(other);
  return edgesOf(outline).some((edge) => {
    const cuts = [0, 1, ...walls.flatMap((wall) => cutsOf(edge, wall))].sort((a, b) => a - b);
    return cuts.some((from, at) => {
      const to = cuts[at + 1] ?? from;
      return (to - from) * distance(...edge) > TOUCHING && isInside(along(edge, (from + to) / 2), other);
    });
  });
}

/** Where an edge meets a wall, as parts of its length: its crossing, and the wall's ends that lie on it. */
function cutsOf(edge: Edge, wall: Edge): number[] {
  const [[x1, y1], [x2, y2]] = edge;
  const [[x3, y3], [x4, y4]] = wall;
  const turn = (x2 - x1) * (y4 - y3) - (y2 - y1) * (x4 - x3);
  const ends = wall.filter((end) => distanceToEdge(end, edge) <= TOUCHING).map((end) => nearestPart(end, edge));
  const crossing = ((x3 - x1) * (y4 - y3) - (y3 - y1) * (x4 - x3)) / turn;
  return crossing > 0 && crossing < 1 ? [...ends, crossing] : ends;
}

function isInside(point: Corner, outline: Readonly<Outline>): boolean {
  const edges = edgesOf(outline);
  if (edges.some((edge) => distanceToEdge(point, edge) <= TOUCHING / 2)) return false;
  const [x, y] = point;
  return edges.filter(([[x1, y1], [x2, y2]]) => y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)).length % 2 === 1;
}

/** A point well inside: in the middle of the widest stretch halfway between two neighbouring heights of corners. */
function innerPoint(outline: Readonly<Outline>): Corner {
  const heights = [...new Set(outline.map(([, y]) => y))].sort((a, b) => a - b);
  const bands = heights.slice(1).map((height, at) => ({ top: heights[at] ?? height, height: height - (heights[at] ?? height) }));
  const { top, height } = bands.reduce((best, band) => (band.height > best.height ? band : best));
  const y = top + height / 2;
  const crossings = edgesOf(outline)
    .filter(([[, y1], [, y2]]) => y1 > y !== y2 > y)
    .map(([[x1, y1], [x2, y2]]) => x1 + ((y - y1) / (y2 - y1)) * (x2 - x1))
    .sort((a, b) => a - b);
  const stretches = crossings.flatMap((right, at) => (at % 2 === 1 ? [{ left: crossings[at - 1] ?? right, right }] : []));
  const widest = stretches.reduce((best, stretch) => (stretch.right - stretch.left > best.right - best.left ? stretch : best));
  return [(widest.left + widest.right) / 2, y];
}

function meet(a: Edge, b: Edge): boolean {
  const isApart = (edge: Edge, other: Edge) => side(edge, other[0]) * side(edge, other[1]) > 0;
  const touches = [...a.map((end) => distanceToEdge(end, b)), ...b.map((end) => distanceToEdge(end, a))].some((gap) => gap <= TOUCHING);
  return touches || (!isApart(a, b) && !isApart(b, a));
}

/** Whether an edge runs back along the edge before it. */
function foldsBack(before: Edge, after: Edge): boolean {
  return distanceToEdge(after[1], before) <= TOUCHING || distanceToEdge(before[0], after) <= TOUCHING;
}

function side([[x1, y1], [x2, y2]]: Edge, [x, y]: Corner): number {
  return (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1);
}

function along([[x1, y1], [x2, y2]]: Edge, part: number): Corner {
  return [x1 + (x2 - x1) * part, y1 + (y2 - y1) * part];
}

function nearestPart([x, y]: Corner, [[x1, y1], [x2, y2]]: Edge): number {
  const part = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / ((x2 - x1) ** 2 + (y2 - y1) ** 2);
  return Math.min(Math.max(part, 0), 1);
}

function distanceToEdge(point: Corner, edge: Edge): number {
  return distance(point, along(edge, nearestPart(point, edge)));
}

export function distance([x1, y1]: Corner, [x2, y2]: Corner): number {
  return Math.hypot(x2 - x1, y2 - y1);
}
