import type { Pool } from 'pg';
import type { StoredReading, Unflushed } from './latest-values.js';

interface ReadingRow {
  channel_id: number;
  source_time: Date;
  received_time: Date;
  value: number | null;
  quality: number;
}

const LOAD = 'SELECT channel_id, source_time, received_time, value, quality FROM latest_values';
const BINDINGS = 'SELECT id, point_id FROM channels WHERE point_id IS NOT NULL AND retired_at IS NULL AND ($1::int[] IS NULL OR id = ANY ($1))';
// A frame beyond a gap is stored without moving `acked`, so holes count as "behind" too.
const BEHIND = `
  SELECT s.id, s.controller_id, s.acked FROM streams s JOIN controllers c ON c.id = s.controller_id
  WHERE c.shard = ANY ($1::smallint[]) AND (s.acked > s.flushed OR NOT isempty(s.beyond))`;
// Rows are only ever added: of two with equal times the later reported stands further back in its partition.
const NEWEST = `
  SELECT newest.* FROM channels c
  CROSS JOIN LATERAL (
    SELECT channel_id, source_time, received_time, value, quality FROM samples
    WHERE channel_id = c.id ORDER BY source_time DESC, received_time DESC, ctid DESC LIMIT 1
  ) AS newest
  WHERE c.controller_id = ANY ($1::uuid[])`;
// The join keeps out channels that were deleted meanwhile: one of them would fail the others.
const SAVE = `
  INSERT INTO latest_values AS stored (channel_id, source_time, received_time, value, quality)
  SELECT fresh.channel_id, 'epoch'::timestamptz + fresh.source_ms * interval '1 ms', 'epoch'::timestamptz + fresh.received_ms * interval '1 ms',
         fresh.value, fresh.quality
  FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::float8[], $5::smallint[]) AS fresh (channel_id, source_ms, received_ms, value, quality)
  JOIN channels ON channels.id = fresh.channel_id
  ON CONFLICT (channel_id) DO UPDATE
  SET source_time = excluded.source_time, received_time = excluded.received_time, value = excluded.value, quality = excluded.quality
  WHERE (excluded.source_time, excluded.received_time) > (stored.source_time, stored.received_time)`;
// Streams that are being written to are left for next time: nobody who ingests ever waits for a mark.
// A stream that a technician let start over may stand below an old mark.
const MARK = `
  WITH free AS (SELECT id FROM streams WHERE id = ANY ($1::int[]) FOR UPDATE SKIP LOCKED)
  UPDATE streams s SET flushed = least(s.acked, greatest(s.flushed, mark.acked))
  FROM free JOIN unnest($1::int[], $2::bigint[]) AS mark (id, acked) USING (id)
  WHERE s.id = free.id RETURNING s.id`;
const CHUNK = 2000;

/** The table as the last flush left it. */
export async function loadLatest(pool: Pool): Promise<StoredReading[]> {
  const { rows } = await pool.query<ReadingRow>(LOAD);
  return rows.map(toReading);
}

/** Which point each channel serves; all of them, or those of some channels. */
export async function loadBindings(pool: Pool, channelIds?: readonly number[]): Promise<Map<number, string>> {
  const { rows } = await pool.query<{ id: number; point_id: string }>(BINDINGS, [channelIds ?? null]);
  return new Map(rows.map(({ id, point_id }) => [id, point_id]));
}

/** Of streams that moved after their last flush: the newest sample of each channel, and how far the streams are now. */
export async function readUnflushed(pool: Pool, shards: readonly number[]): Promise<Unflushed> {
  // The marks first: samples that are committed in between are newer than what the marks promise.
  const behind = await pool.query<{ id: number; controller_id: string; acked: string }>(BEHIND, [shards]);
  if (behind.rows.length === 0) return { readings: [], marks: new Map() };
  const controllers = [...new Set(behind.rows.map(({ controller_id }) => controller_id))];
  const { rows } = await pool.query<ReadingRow>(NEWEST, [controllers]);
  return { readings: rows.map(toReading), marks: new Map(behind.rows.map(({ id, acked }) => [id, Number(acked)])) };
}

/** Writes readings; a newer stored one stays. */
export async function saveReadings(pool: Pool, readings: readonly StoredReading[]): Promise<void> {
  for (let start = 0; start < readings.length; start += CHUNK) {
    const chunk = readings.slice(start, start + CHUNK);
    await pool.query(SAVE, [
      chunk.map(({ channelId }) => channelId),
      chunk.map(({ sourceTime }) => sourceTime),
      chunk.map(({ receivedTime }) => receivedTime),
      chunk.map(({ value }) => value),
      chunk.map(({ stored }) => stored),
    ]);
  }
}

/** Notes up to where streams' readings are saved: only ever after they are. Returns the marks that could not be noted now. */
export async function saveMarks(pool: Pool, marks: ReadonlyMap<number, number>): Promise<Map<number, number>> {
  const { rows } = await pool.query<{ id: number }>(MARK, [[...marks.keys()], [...marks.values()]]);
  const left = new Map(marks);
  for (const { id } of rows) left.delete(id);
  return left;
}

function toReading(row: ReadingRow): StoredReading {
  return {
    channelId: row.channel_id,
    value: row.value,
    stored: row.quality,
    sourceTime: row.source_time.getTime(),
    receivedTime: row.received_time.getTime(),
  };
}
