import type { Channel, IngestRow } from '@cupola/contracts';
import { DEVICE_LIMITS } from '@cupola/contracts';
import { admitSourceTime, admitValue, OLDEST_SOURCE_YEARS } from '@cupola/domain';

export interface RefusedRow {
  alias: number | null;
  reason: string;
}
export interface TranslatedRows {
  rows: IngestRow[];
  refused: RefusedRow[];
}

/** Rows as they came in one frame. */
export interface RawRows {
  baseTs: unknown;
  rows: unknown;
}

const NO_ROW = 'a row must be [alias, value, quality, dtMs]';
const BAD_TIME = `the source time must be whole milliseconds since 1970 and at most ${OLDEST_SOURCE_YEARS} years old`;

/** Whether rows name an alias that the channels do not have: the point list may have changed. */
export function namesForeignAlias(rows: unknown, channels: ReadonlyMap<number, Channel>): boolean {
  return Array.isArray(rows) && rows.some((row) => Array.isArray(row) && typeof row[0] === 'number' && !channels.has(row[0]));
}

/**
 * Turns rows into what is stored. One bad row costs itself: it is refused with its alias and the reason, or stored as a
 * faulty value; the others are kept, so that the frame's number can be acknowledged and the stream goes on.
 * @param bootedAt what the times of a controller without a clock are counted from; 0 for all others
 */
export function translateRows(raw: RawRows, channels: ReadonlyMap<number, Channel>, receivedTime: number, bootedAt: number): TranslatedRows {
  const translated: TranslatedRows = { rows: [], refused: [] };
  if (!Array.isArray(raw.rows)) return { rows: [], refused: [{ alias: null, reason: 'the rows must be an array' }] };
  const rows: unknown[] = raw.rows;
  const count = Math.min(rows.length, DEVICE_LIMITS.maxRowsPerFrame);
  const baseTs = typeof raw.baseTs === 'number' ? raw.baseTs + bootedAt : raw.baseTs;
  for (let index = 0; index < count; index += 1) translateRow(rows[index], baseTs, channels, receivedTime, translated);
  if (rows.length > count) {
    translated.refused.push({ alias: null, reason: `a frame carries at most ${count} rows, ${rows.length - count} more were dropped` });
  }
  return translated;
}

function translateRow(row: unknown, baseTs: unknown, channels: ReadonlyMap<number, Channel>, receivedTime: number, into: TranslatedRows): void {
  if (!Array.isArray(row) || row.length !== 4) return refuse(into, null, NO_ROW);
  const [alias, value, quality, dtMs] = row as unknown[];
  if (typeof alias !== 'number') return refuse(into, null, NO_ROW);
  const channel = channels.get(alias);
  if (channel === undefined) return refuse(into, alias, 'the point list has no such alias');
  const time = typeof baseTs === 'number' && typeof dtMs === 'number' ? admitSourceTime(baseTs + dtMs, receivedTime) : null;
  if (time === null) return refuse(into, alias, BAD_TIME);
  const admitted = admitValue({ value, quality }, channel, time);
  into.rows.push([channel.channelId, time.sourceTime, receivedTime, admitted.value, admitted.quality]);
}

function refuse(into: TranslatedRows, alias: number | null, reason: string): void {
  into.refused.push({ alias: alias !== null && Number.isSafeInteger(alias) ? alias : null, reason });
}
