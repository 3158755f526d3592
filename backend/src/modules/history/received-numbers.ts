/** More holes than this in one stream, and frames beyond them are not taken until some are filled. */
export const MAX_RANGES_BEYOND = 64;

/** Numbers from `from` up to and without `to`. */
type NumberRange = [from: number, to: number];

/** Which frame numbers of a stream are stored: all up to `acked`, and those in `beyond` (ascending, apart from each other). */
export interface ReceivedNumbers {
  acked: number;
  beyond: NumberRange[];
}

/** `new`: now noted, store its rows. `known`: stored before. `full`: not noted, the stream has too many holes. */
export type Receipt = 'new' | 'known' | 'full';

/** Notes one frame number in `received`. */
export function receive(received: ReceivedNumbers, seq: number): Receipt {
  if (seq <= received.acked) return 'known';
  if (seq === received.acked + 1) {
    received.acked = seq;
    closeGap(received);
    return 'new';
  }
  return receiveBeyond(received.beyond, seq);
}

/**
 * Notes numbers that will never come.
 * @returns which of them were missing until now; null: not noted, the stream has too many holes
 */
export function passOver(received: ReceivedNumbers, from: number, to: number): NumberRange[] | null {
  const start = Math.max(from, received.acked + 1);
  const missing = without([start, to + 1], received.beyond);
  if (missing.length === 0) return [];
  const beyond = joined([...received.beyond, ...missing]);
  const [first] = beyond;
  const isNext = first?.[0] === received.acked + 1;
  if (beyond.length - (isNext ? 1 : 0) > MAX_RANGES_BEYOND) return null;
  received.beyond = beyond;
  closeGap(received);
  return missing;
}

/** The parts of a range that none of `ranges` (ascending, apart from each other) covers. */
function without([from, to]: NumberRange, ranges: readonly NumberRange[]): NumberRange[] {
  const left: NumberRange[] = [];
  let next = from;
  for (const [start, end] of ranges) {
    if (start >= to) break;
    if (start > next) left.push([next, start]);
    next = Math.max(next, end);
  }
  if (next < to) left.push([next, to]);
  return left;
}

/** Ranges that overlap or touch become one. */
function joined(ranges: readonly NumberRange[]): NumberRange[] {
  const all: NumberRange[] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = all.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else all.push([from, to]);
  }
  return all;
}

function closeGap(received: ReceivedNumbers): void {
  const first = received.beyond[0];
  if (first?.[0] !== received.acked + 1) return;
  received.acked = first[1] - 1;
  received.beyond.shift();
}

function receiveBeyond(ranges: NumberRange[], seq: number): Receipt {
  const index = ranges.findIndex(([, to]) => seq <= to);
  const range = index === -1 ? undefined : ranges[index];
  if (range && seq >= range[0] && seq < range[1]) return 'known';
  if (range?.[1] === seq) {
    range[1] = seq + 1;
    const next = ranges[index + 1];
    if (next?.[0] === range[1]) {
      range[1] = next[1];
      ranges.splice(index + 1, 1);
    }
    return 'new';
  }
  if (range?.[0] === seq + 1) {
    range[0] = seq;
    return 'new';
  }
  if (ranges.length >= MAX_RANGES_BEYOND) return 'full';
  ranges.splice(index === -1 ? ranges.length : index, 0, [seq, seq + 1]);
  return 'new';
}

/** Reads the canonical text of an `int8multirange`: `{[3,5),[8,9)}`. */
export function parseRanges(text: string): NumberRange[] {
  if (text === '{}') return [];
  return text
    .slice(2, -2)
    .split('),[')
    .map((range) => range.split(',').map(Number) as NumberRange);
}

/** Writes what `parseRanges` reads. */
export function formatRanges(ranges: readonly NumberRange[]): string {
  return `{${ranges.map(([from, to]) => `[${from},${to})`).join(',')}}`;
}
