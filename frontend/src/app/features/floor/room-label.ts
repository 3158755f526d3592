import type { Box } from './label-box';

export type Measure = (text: string, size: number, weight: number) => number;

export interface LabelText {
  text: string;
  x: number;
  /** Baseline. */
  y: number;
  size: number;
}

/** What stands in one room, in pixels; whatever does not fit is left out, so no label leaves its room. */
export interface RoomLabel {
  name: LabelText | null;
  value: LabelText | null;
  unit: LabelText | null;
  bar: Box | null;
  /** A line below the bar: setpoint, or how old the value is. */
  note: LabelText | null;
}

export interface RoomText {
  name: string;
  value: string;
  unit: string;
  note: string;
  hasBar: boolean;
  /** What stands in the top right corner besides: badge, hand. The name ends before it. */
  corner?: { width: number; height: number };
}

const VALUE_SIZES = [19, 17, 15, 13, 12, 11];
/** Rooms narrower than this have no place for the largest size beside their neighbours. */
const ROOMY = 84;
const VALUE_WEIGHT = 500;
/** How far letters reach below their baseline, as a share of their size. */
const DESCENT = 0.28;
/** How far figures reach above it. */
const ASCENT = 0.75;

/** Cuts a text to a width, with an ellipsis; nothing rather than less than two letters. */
export function fitText(text: string, size: number, width: number, measure: Measure): string {
  if (measure(text, size, 400) <= width) return text;
  for (let end = text.length - 1; end >= 2; end--) {
    const cut = `${text.slice(0, end).trimEnd()}…`;
    if (measure(cut, size, 400) <= width) return cut;
  }
  return '';
}

/** Lays a room's texts out from its top left corner: name, value with unit, deviation bar, note. */
export function layOutRoom(box: Box, text: RoomText, measure: Measure): RoomLabel {
  const pad = box.width >= 84 ? 9 : 5;
  const width = box.width - 2 * pad;
  const left = box.x + pad;
  const nameSize = 10.5;
  const corner = text.corner ?? { width: 0, height: 0 };
  const nameText = box.height >= 16 ? fitText(text.name, nameSize, width - corner.width, measure) : '';
  const name = nameText ? { text: nameText, x: left, y: box.y + (box.height >= 70 ? 17 : 13), size: nameSize } : null;
  let bottom = name ? name.y + 3 : box.y + 2;
  const label: RoomLabel = { name, value: null, unit: null, bar: null, note: null };
  const value = fitValue(text, { left, top: bottom, width, room: box.y + box.height - bottom, corner: { left: left + width - corner.width, bottom: box.y + corner.height } }, measure);
  if (!value) return label;
  Object.assign(label, value);
  bottom = value.value.y + Math.max(4, value.value.size * DESCENT);
  if (text.hasBar && bottom + 9 <= box.y + box.height) {
    label.bar = { x: left, y: bottom + 2, width: Math.min(72, width), height: 4 };
    bottom += 9;
  }
  const note = box.width >= 84 && bottom + 15 <= box.y + box.height ? fitText(text.note, nameSize, width, measure) : '';
  if (note) label.note = { text: note, x: left, y: bottom + 11, size: nameSize };
  return label;
}

interface Space {
  left: number;
  top: number;
  width: number;
  room: number;
  corner: { left: number; bottom: number };
}

/** The largest size at which value and unit fit; the unit gives way first, the legend names it too. */
function fitValue(text: RoomText, space: Space, measure: Measure): { value: LabelText; unit: LabelText | null } | null {
  for (const withUnit of text.unit ? [true, false] : [false]) {
    for (const size of space.width < ROOMY - 18 ? VALUE_SIZES.slice(1) : VALUE_SIZES) {
      const unitSize = size >= 17 ? 11 : 9.5;
      const valueWidth = measure(text.value, size, VALUE_WEIGHT);
      const unitWidth = withUnit ? measure(text.unit, unitSize, 400) + 3 : 0;
      const rise = size * (space.room > 60 ? 1.25 : 1);
      if (valueWidth + unitWidth > space.width || rise + size * DESCENT > space.room) continue;
      const y = space.top + rise;
      const reachesCorner = y - size * ASCENT < space.corner.bottom && space.left + valueWidth + unitWidth > space.corner.left;
      if (reachesCorner) continue;
      const value = { text: text.value, x: space.left, y, size };
      return { value, unit: withUnit ? { text: text.unit, x: space.left + valueWidth + 3, y, size: unitSize } : null };
    }
  }
  return null;
}
