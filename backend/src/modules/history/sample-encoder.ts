import type { IngestRow } from '@cupola/contracts';

/** Signature, flags, length of the header's extension. */
const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const TRAILER_BYTES = 2;
const ROW_BYTES = 2 + (4 + 4) + (4 + 8) + (4 + 8) + (4 + 8) + (4 + 2);
const FIELDS = 5;
/** Postgres counts microseconds from 2000-01-01. */
const POSTGRES_EPOCH_MS = 946_684_800_000;
const TWO_POW_32 = 4_294_967_296;

const MAX_INT4 = 2_147_483_647;
const MAX_INT2 = 32_767;

/** Whether Postgres can hold this row: anything else would abort the COPY that it travels in. */
export function isEncodable([channelId, sourceTime, receivedTime, value, quality]: IngestRow): boolean {
  return (
    Number.isInteger(channelId) && channelId > 0 && channelId <= MAX_INT4 &&
    Number.isSafeInteger(sourceTime) && Number.isSafeInteger(receivedTime) && receivedTime >= 0 &&
    (value === null || Number.isFinite(value)) &&
    Number.isInteger(quality) && quality >= 0 && quality <= MAX_INT2
  );
}

/** The columns that `encodeSamples` writes, in its order. */
export const SAMPLE_COLUMNS = 'channel_id, source_time, received_time, value, quality';

/** Writes rows in Postgres' binary COPY format. They must be encodable. */
export function encodeSamples(frames: readonly { rows: readonly IngestRow[] }[]): Buffer {
  let count = 0;
  for (const { rows } of frames) count += rows.length;
  const buffer = Buffer.allocUnsafe(HEADER.length + count * ROW_BYTES + TRAILER_BYTES);
  HEADER.copy(buffer);
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  let at = HEADER.length;
  for (const { rows } of frames) {
    for (const row of rows) at = writeRow(view, at, row);
  }
  view.setInt16(at, -1);
  return buffer.subarray(0, at + TRAILER_BYTES);
}

function writeRow(view: DataView, start: number, row: IngestRow): number {
  view.setInt16(start, FIELDS);
  view.setInt32(start + 2, 4);
  view.setInt32(start + 6, row[0]);
  writeTime(view, start + 10, row[1]);
  writeTime(view, start + 22, row[2]);
  let at = start + 34;
  const value = row[3];
  if (value === null) {
    view.setInt32(at, -1);
    at += 4;
  } else {
    view.setInt32(at, 8);
    view.setFloat64(at + 4, value);
    at += 12;
  }
  view.setInt32(at, 2);
  view.setInt16(at + 4, row[4]);
  return at + 6;
}

/** A 64-bit count of microseconds in two halves: BigInt would cost more than the rest of the row. */
function writeTime(view: DataView, at: number, epochMs: number): void {
  const micros = (epochMs - POSTGRES_EPOCH_MS) * 1000;
  const high = Math.floor(micros / TWO_POW_32);
  view.setInt32(at, 8);
  view.setInt32(at + 4, high);
  view.setUint32(at + 8, micros - high * TWO_POW_32);
}
