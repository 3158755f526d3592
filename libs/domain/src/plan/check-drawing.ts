import type { Outline } from './arrange-floor.js';
import { type Corner, distance, isSimple, overlap } from './polygon.js';
import type { CoreKind, DoorSide } from './words.js';

/** A leaf hinged at `hinge`; closed it reaches `latch`, and it swings to the left or right seen from there. */
export interface Door {
  hinge: [number, number];
  latch: [number, number];
  opens: DoorSide;
}

export interface Core {
  kind: CoreKind;
  outline: Outline;
}

/** A floor as somebody drew it, in plan units. */
export interface DrawnFloor {
  width: number;
  height: number;
  wall: Outline;
  spaces: { sourceId: string; outline: Outline }[];
  doors: Door[];
  cores: Core[];
}

export type DrawingFlawCode = 'PLAN_OUTSIDE' | 'PLAN_OUTLINE_CROSSED' | 'PLAN_SPACE_UNKNOWN' | 'PLAN_SPACES_OVERLAP' | 'PLAN_DOOR_DEGENERATE';

/** What is wrong with a drawing, and where: `spaces.3.outline`. */
export interface DrawingFlaw {
  code: DrawingFlawCode;
  path: string;
  message: string;
}

/** Narrower than this, in plan units, nobody passes. */
const NARROWEST_DOOR = 1;

/**
 * Everything that keeps a drawing from being shown: what lies outside the plan, outlines that cross themselves, spaces that the
 * floor does not have, are drawn twice or overlap, doors without a leaf. Empty when the drawing is sound.
 */
export function checkDrawing(drawing: DrawnFloor, known: ReadonlySet<string>): DrawingFlaw[] {
  const outlines = [
    { path: 'wall', outline: drawing.wall },
    ...drawing.spaces.map(({ outline }, at) => ({ path: `spaces.${at}.outline`, outline })),
    ...drawing.cores.map(({ outline }, at) => ({ path: `cores.${at}.outline`, outline })),
  ];
  return [
    ...unknownSpaces(drawing, known),
    ...outlines.flatMap(({ path, outline }) => outlineFlaws(path, outline, drawing)),
    ...overlaps(drawing),
    ...drawing.doors.flatMap((door, at) => doorFlaws(door, at, drawing)),
  ];
}

function unknownSpaces({ spaces }: DrawnFloor, known: ReadonlySet<string>): DrawingFlaw[] {
  const code = 'PLAN_SPACE_UNKNOWN';
  return spaces.flatMap(({ sourceId }, at) => {
    if (!known.has(sourceId)) return [{ code, path: `spaces.${at}.sourceId`, message: `This floor has no space "${sourceId}".` }];
    const first = spaces.findIndex((space) => space.sourceId === sourceId);
    return first === at ? [] : [{ code, path: `spaces.${at}.sourceId`, message: `"${sourceId}" is drawn already (spaces.${first}).` }];
  });
}

function outlineFlaws(path: string, outline: Outline, size: DrawnFloor): DrawingFlaw[] {
  if (!outline.every((corner) => isWithin(corner, size))) return [{ code: 'PLAN_OUTSIDE', path, message: outsideText(size) }];
  return isSimple(outline) ? [] : [{ code: 'PLAN_OUTLINE_CROSSED', path, message: 'The outline crosses or touches itself, or encloses nothing.' }];
}

function overlaps({ spaces }: DrawnFloor): DrawingFlaw[] {
  const sound = spaces.flatMap(({ sourceId, outline }, at) => (isSimple(outline) ? [{ at, sourceId, outline }] : []));
  return sound.flatMap((space, place) =>
    sound
      .slice(0, place)
      .filter((other) => other.sourceId !== space.sourceId && overlap(space.outline, other.outline))
      .map((other) => ({
        ...{ code: 'PLAN_SPACES_OVERLAP' as const, path: `spaces.${space.at}.outline` },
        message: `"${space.sourceId}" overlaps "${other.sourceId}" (spaces.${other.at}).`,
      })),
  );
}

function doorFlaws({ hinge, latch }: Door, at: number, size: DrawnFloor): DrawingFlaw[] {
  const path = `doors.${at}`;
  if (!isWithin(hinge, size) || !isWithin(latch, size)) return [{ code: 'PLAN_OUTSIDE', path, message: outsideText(size) }];
  return distance(hinge, latch) < NARROWEST_DOOR ? [{ code: 'PLAN_DOOR_DEGENERATE', path, message: 'Hinge and latch are in the same place.' }] : [];
}

function isWithin([x, y]: Corner, { width, height }: { width: number; height: number }): boolean {
  return x >= 0 && y >= 0 && x <= width && y <= height;
}

function outsideText({ width, height }: { width: number; height: number }): string {
  return `Corners have to lie within the plan: 0..${width}, 0..${height}.`;
}
