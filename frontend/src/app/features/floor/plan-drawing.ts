import type { FloorDetail } from '@cupola/contracts';
import { boundsOf } from './label-box';
import type { Box, Corner } from './label-box';

type Plan = FloorDetail['plan'];
type Door = Plan['doors'][number];
type Core = Plan['cores'][number];
/** From plan units to pixels. */
export type Project = (corner: Corner) => Corner;

export interface DrawnDoor {
  /** Where the wall is open. */
  gap: string;
  /** The leaf and the arc it swings. */
  leaf: string;
  /** What the leaf needs: no label should stand there. */
  swing: Box;
}

export interface DrawnCore {
  kind: Core['kind'];
  outline: string;
  /** Treads of stairs, the cross of a lift, the diagonal of a shaft. */
  lines: string;
  box: Box;
}

const TREAD = 9;

export function pathOf(corners: readonly Corner[]): string {
  return `M${corners.map(([x, y]) => `${round(x)} ${round(y)}`).join('L')}Z`;
}

/** Closed, the leaf lies between hinge and latch; the arc leads from the latch to where the open leaf ends. */
export function drawDoor({ hinge, latch, opens }: Door, project: Project): DrawnDoor {
  const [hx, hy] = project(hinge);
  const [lx, ly] = project(latch);
  const [dx, dy] = [lx - hx, ly - hy];
  // Down is positive on a screen: left of a direction is (dy, -dx).
  const open: Corner = opens === 'left' ? [hx + dy, hy - dx] : [hx - dy, hy + dx];
  const radius = round(Math.hypot(dx, dy));
  return {
    gap: `M${round(hx)} ${round(hy)}L${round(lx)} ${round(ly)}`,
    leaf: `M${round(lx)} ${round(ly)}A${radius} ${radius} 0 0 ${opens === 'left' ? 0 : 1} ${round(open[0])} ${round(open[1])}L${round(hx)} ${round(hy)}`,
    swing: boundsOf([[hx, hy], [lx, ly], open]),
  };
}

export function drawCore({ kind, outline }: Core, project: Project): DrawnCore {
  const corners = outline.map(project);
  const box = boundsOf(corners);
  return { kind, outline: pathOf(corners), lines: linesOf(kind, box), box };
}

function linesOf(kind: Core['kind'], { x, y, width, height }: Box): string {
  const [right, bottom] = [round(x + width), round(y + height)];
  if (kind === 'lift') return `M${round(x)} ${round(y)}L${right} ${bottom}M${right} ${round(y)}L${round(x)} ${bottom}`;
  if (kind === 'shaft') return `M${round(x)} ${bottom}L${right} ${round(y)}`;
  return kind === 'stairs' ? treads({ x, y, width, height }) : '';
}

/** Treads across the way up, which follows the longer side. */
function treads({ x, y, width, height }: Box): string {
  const isWide = width >= height;
  const length = isWide ? width : height;
  const count = Math.max(2, Math.round(length / TREAD));
  return Array.from({ length: count - 1 }, (_, step) => {
    const at = ((step + 1) * length) / count;
    return isWide ? `M${round(x + at)} ${round(y)}V${round(y + height)}` : `M${round(x)} ${round(y + at)}H${round(x + width)}`;
  }).join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
