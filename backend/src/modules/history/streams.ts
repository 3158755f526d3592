import type { IngestBatch } from '@cupola/contracts';
import type { ClientBase, Pool } from 'pg';
import type { ReceivedNumbers } from './received-numbers.js';
import { formatRanges, parseRanges } from './received-numbers.js';

/** A stream's row while it is locked, and whether the session that speaks may. */
export interface LockedStream extends ReceivedNumbers {
  id: number;
  streamId: string;
  /** Epoch of the controller's current session. */
  epoch: number;
  isActive: boolean;
  changed: boolean;
}

const CREATE = `
  INSERT INTO streams (controller_id, stream_id)
  SELECT c.id, wanted.stream_id
  FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS wanted (controller_id, epoch, stream_id)
  JOIN controllers c ON c.id = wanted.controller_id AND c.epoch = wanted.epoch
  ON CONFLICT DO NOTHING`;
const FIND = `
  SELECT s.id, s.controller_id, s.stream_id
  FROM unnest($1::uuid[], $2::text[]) AS wanted (controller_id, stream_id)
  JOIN streams s USING (controller_id, stream_id)`;
// Id order, so that two transactions never wait for each other in a circle.
const LOCK = `
  SELECT s.id, s.stream_id, s.acked, s.beyond::text AS beyond, c.epoch, c.status = 'active' AS is_active
  FROM streams s JOIN controllers c ON c.id = s.controller_id
  WHERE s.id = ANY ($1::int[]) ORDER BY s.id FOR UPDATE OF s`;
const ADVANCE = `
  UPDATE streams s SET acked = next.acked, beyond = next.beyond
  FROM unnest($1::int[], $2::bigint[], $3::int8multirange[]) AS next (id, acked, beyond)
  WHERE s.id = next.id`;

/** The rows that say which frames of which stream are stored. Their ids are remembered: a lock is then one index lookup. */
export class Streams {
  readonly #ids = new Map<string, number>();

  constructor(private readonly pool: Pool) {}

  /** The row's id, if the stream exists as far as this process knows. */
  idOf(controllerId: string, streamId: string): number | undefined {
    return this.#ids.get(keyOf(controllerId, streamId));
  }

  /** Makes rows for streams that are seen for the first time, each for a session that is its controller's current one. */
  async ensure(batches: readonly IngestBatch[]): Promise<void> {
    const missing = new Map<string, [controllerId: string, epoch: number, streamId: string]>();
    for (const { controllerId, epoch, ...batch } of batches) {
      for (const streamId of streamsIn(batch)) {
        const key = keyOf(controllerId, streamId);
        if (!this.#ids.has(key)) missing.set(key, [controllerId, epoch, streamId]);
      }
    }
    if (missing.size === 0) return;
    const wanted = [...missing.values()];
    const controllers = wanted.map(([id]) => id);
    const streams = wanted.map(([, , stream]) => stream);
    await this.pool.query(CREATE, [controllers, wanted.map(([, epoch]) => epoch), streams]);
    const { rows } = await this.pool.query<{ id: number; controller_id: string; stream_id: string }>(FIND, [controllers, streams]);
    for (const row of rows) this.#ids.set(keyOf(row.controller_id, row.stream_id), row.id);
  }

  /** Locks rows in id order until the transaction ends. Rows that are gone do not appear. */
  async lock(client: ClientBase, ids: readonly number[]): Promise<Map<number, LockedStream>> {
    const { rows } = await client.query<{ id: number; stream_id: string; acked: string; beyond: string; epoch: string; is_active: boolean }>({
      name: 'lock-streams',
      text: LOCK,
      values: [ids],
    });
    const locked = new Map<number, LockedStream>();
    for (const row of rows) {
      locked.set(row.id, {
        id: row.id,
        streamId: row.stream_id,
        acked: Number(row.acked),
        beyond: parseRanges(row.beyond),
        epoch: Number(row.epoch),
        isActive: row.is_active,
        changed: false,
      });
    }
    return locked;
  }

  /** Writes back what was noted in locked rows. */
  async advance(client: ClientBase, streams: readonly LockedStream[]): Promise<void> {
    await client.query({
      name: 'advance-streams',
      text: ADVANCE,
      values: [streams.map(({ id }) => id), streams.map(({ acked }) => acked), streams.map(({ beyond }) => formatRanges(beyond))],
    });
  }

  /** A stream whose row is gone (its controller was deleted) is looked up again next time. */
  forget(controllerId: string, streamId: string): void {
    this.#ids.delete(keyOf(controllerId, streamId));
  }
}

/** The streams that a batch is about. */
export function* streamsIn({ frames, losses = [] }: Pick<IngestBatch, 'frames' | 'losses'>): Generator<string> {
  for (const { streamId } of frames) yield streamId;
  for (const { streamId } of losses) yield streamId;
}

function keyOf(controllerId: string, streamId: string): string {
  return `${controllerId} ${streamId}`;
}
