export type Corner = readonly [number, number];

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** How finely a polygon's plane is divided when its largest inner rectangle is looked for. */
const STEPS = 12;

export function boundsOf(outline: readonly Corner[]): Box {
  const xs = outline.map(([x]) => x);
  const ys = outline.map(([, y]) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { x: left, y: top, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
}

/** The even-odd rule: whether a point lies inside the polygon. */
export function contains(outline: readonly Corner[], x: number, y: number): boolean {
  let inside = false;
  outline.forEach(([x1, y1], at) => {
    const [x2, y2] = outline[(at + 1) % outline.length] ?? [x1, y1];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  });
  return inside;
}

function cuts(values: number[], from: number, length: number): number[] {
  const steps = Array.from({ length: STEPS + 1 }, (_, at) => from + (length * at) / STEPS);
  return [...new Set([...values, ...steps])].sort((a, b) => a - b);
}

/**
 * The largest upright rectangle inside a room's outline: where its label may stand. A rectangle is its own; other shapes are
 * divided along their corners and a fine grid, and every rectangle of whole inner cells is tried.
 */
export function labelBox(outline: readonly Corner[]): Box {
  const bounds = boundsOf(outline);
  if (isUpright(outline, bounds)) return bounds;
  const xs = cuts(outline.map(([x]) => x), bounds.x, bounds.width);
  const ys = cuts(outline.map(([, y]) => y), bounds.y, bounds.height);
  const inside = ys.slice(1).map((bottom, row) => xs.slice(1).map((right, column) => isInner(outline, xs[column] ?? right, ys[row] ?? bottom, right, bottom)));
  return largestOf(inside, xs, ys) ?? bounds;
}

function isUpright(outline: readonly Corner[], { x, y, width, height }: Box): boolean {
  return outline.length === 4 && outline.every(([cx, cy]) => (cx === x || cx === x + width) && (cy === y || cy === y + height));
}

function isInner(outline: readonly Corner[], left: number, top: number, right: number, bottom: number): boolean {
  const inset = Math.min(right - left, bottom - top) * 0.02;
  const corners: Corner[] = [
    [left + inset, top + inset],
    [right - inset, top + inset],
    [left + inset, bottom - inset],
    [right - inset, bottom - inset],
    [(left + right) / 2, (top + bottom) / 2],
  ];
  return corners.every(([x, y]) => contains(outline, x, y));
}

function largestOf(inside: boolean[][], xs: number[], ys: number[]): Box | null {
  let best: Box | null = null;
  for (let top = 0; top < inside.length; top++) {
    const open = xs.slice(1).map(() => true);
    for (let bottom = top; bottom < inside.length; bottom++) {
      open.forEach((isOpen, column) => (open[column] = isOpen && (inside[bottom]?.[column] ?? false)));
      for (const [from, to] of runs(open)) {
        const box = boxOf(xs[from], ys[top], xs[to], ys[bottom + 1]);
        if (!best || box.width * box.height > best.width * best.height) best = box;
      }
    }
  }
  return best;
}

function boxOf(left = 0, top = 0, right = 0, bottom = 0): Box {
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Index ranges [from, to) of neighbouring open columns. */
function runs(open: readonly boolean[]): [number, number][] {
  const found: [number, number][] = [];
  let from = -1;
  [...open, false].forEach((isOpen, at) => {
    if (isOpen && from < 0) from = at;
    if (!isOpen && from >= 0) {
      found.push([from, at]);
      from = -1;
    }
  });
  return found;
}
