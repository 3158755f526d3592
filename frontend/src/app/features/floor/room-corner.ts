import type { Box } from './label-box';
import type { LabelText, Measure } from './room-label';

/** What stands in a room's top right corner. */
export interface CornerContent {
  badge: boolean;
  count: number;
  suppressed: number;
  /** The words beside the hand of an override; null without one, empty where only the hand is known. */
  hand: string | null;
  /** The room's name: words that would cut it are left out. */
  name: string;
}

/** In pixels, from the right: badge, count, hand. */
export interface RoomCorner {
  width: number;
  height: number;
  badge: string | null;
  count: LabelText | null;
  hand: { transform: string; text: LabelText | null } | null;
}

const SIZE = 10.5;
const EDGE = 4;
const GAP = 4;
/** A room at least this wide shows everything at full size. */
const ROOMY = 84;
/** What the room's name keeps of a narrow room. */
const NAME_SHARE = 34;
/** A name longer than this may be cut for the words of a hand. */
const LONGEST_NAME = 170;

/** Lays out the corner from right to left; what does not fit beside the name gives way: the words of the hand first, then the count, then the hand. */
export function layOutCorner(box: Box, content: CornerContent, measure: Measure): RoomCorner {
  const scale = box.width >= ROOMY ? 1 : 0.72;
  const corner: RoomCorner = { width: 0, height: 0, badge: null, count: null, hand: null };
  if (box.width < 22 || box.height < 20) return corner;
  const limit = box.x + NAME_SHARE;
  let right = box.x + box.width - EDGE;
  const baseline = box.y + (box.height >= 70 ? 17 : 14);
  if (content.badge) {
    right -= 20 * scale;
    corner.badge = `translate(${right} ${box.y + EDGE}) scale(${scale})`;
    right -= GAP;
  }
  const count = countOf(content);
  if (count && right - measure(count, SIZE, 400) > limit) {
    corner.count = { text: count, x: right, y: baseline, size: SIZE };
    right -= measure(count, SIZE, 400) + GAP;
  }
  if (content.hand !== null) right = layOutHand(corner, content.hand, { right, limit, named: box.x + 9 + Math.min(measure(content.name, SIZE, 400), LONGEST_NAME), y: box.y, baseline }, measure);
  const used = box.x + box.width - right;
  return used > EDGE + 1 ? { ...corner, width: used, height: EDGE + 20 * scale } : corner;
}

/** How many alarms beyond the one that is drawn, and how many are suppressed. */
function countOf({ badge, count, suppressed }: CornerContent): string {
  return [badge && count > 1 ? String(count) : '', suppressed > 0 ? `+${suppressed}` : ''].filter(Boolean).join(', ');
}

function layOutHand(corner: RoomCorner, words: string, { right, limit, named, y, baseline }: { right: number; limit: number; named: number; y: number; baseline: number }, measure: Measure): number {
  const width = measure(words, SIZE, 400);
  const hasWords = words !== '' && right - width - 16 > Math.max(named, limit + 20);
  const handAt = right - (hasWords ? width + 2 : 0) - 13;
  if (handAt < limit && corner.badge) return right;
  corner.hand = { transform: `translate(${handAt - 2} ${y + 5}) scale(.66)`, text: hasWords ? { text: words, x: right, y: baseline, size: SIZE } : null };
  return handAt - GAP;
}
