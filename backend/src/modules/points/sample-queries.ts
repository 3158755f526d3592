import { DomainError, type samplesQuery, type samplesResponse } from '@cupola/contracts';
import { decodeQuality } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { AccessService } from '../../auth/access-service.js';
import type { Actor } from '../../auth/actor.js';
import { Database } from '../../database/database.js';
import { decodeCursor, encodeCursor } from '../building/index.js';
import { PointQueries, unknownPoint } from './point-queries.js';

export type SamplesQuery = z.output<typeof samplesQuery>;
export type SamplesPage = z.infer<typeof samplesResponse>;

/** Microseconds since the epoch of source and received time, the channel, and the row's place in its partition. */
const position = z.tuple([z.string().regex(/^-?\d{1,18}$/), z.string().regex(/^-?\d{1,18}$/), z.int(), z.string().regex(/^\(\d{1,10},\d{1,5}\)$/)]);

interface SampleRow {
  source_us: string;
  received_us: string;
  channel_id: number;
  place: string;
  value: number | null;
  quality: number;
}

const instantOf = (microseconds: string) => `('epoch'::timestamptz + ${microseconds} * interval '1 microsecond')`;

/**
 * Rows are only ever added, so a row's place (ctid) within its source time is a tie-break that stays. Each channel is read in
 * index order and stops at the limit; the range in the condition keeps other partitions untouched.
 */
function pageOf(hasCursor: boolean): string {
  const after = `AND (source_time, received_time, channel_id, ctid) > (${instantOf('$5::bigint')}, ${instantOf('$6::bigint')}, $7::int, $8::tid)
        AND source_time >= ${instantOf('$5::bigint')}`;
  return `
    SELECT ((extract(epoch FROM h.source_time)) * 1000000)::bigint::text AS source_us,
      ((extract(epoch FROM h.received_time)) * 1000000)::bigint::text AS received_us, h.channel_id, h.place, h.value, h.quality
    FROM unnest($1::int[]) AS c (id)
    CROSS JOIN LATERAL (
      SELECT source_time, received_time, channel_id, ctid::text AS place, ctid AS tie, value, quality FROM samples
      WHERE channel_id = c.id AND source_time >= $2::timestamptz AND source_time < $3::timestamptz ${hasCursor ? after : ''}
      ORDER BY source_time, received_time, channel_id, ctid LIMIT $4
    ) AS h
    ORDER BY h.source_time, h.received_time, h.channel_id, h.tie LIMIT $4`;
}

/** The history of a point: all samples of every channel that serves it, or served it before a controller was replaced. */
@Injectable()
export class SampleQueries {
  constructor(
    private readonly database: Database,
    private readonly access: AccessService,
    private readonly points: PointQueries,
  ) {}

  /** Oldest first; `from` belongs to the range, `to` does not. @throws DomainError NOT_FOUND, RANGE_INVALID, CURSOR_INVALID */
  async page(actor: Actor, pointId: string, query: SamplesQuery): Promise<SamplesPage> {
    const location = await this.points.locate(pointId);
    if (!this.access.may(actor, 'history.read', location)) throw unknownPoint();
    const { from = '-infinity', to = 'infinity' } = query;
    if (query.from !== undefined && query.to !== undefined && Date.parse(query.from) >= Date.parse(query.to)) {
      throw new DomainError('RANGE_INVALID', '"from" must be earlier than "to"; "to" itself does not belong to the range.');
    }
    const after = query.cursor === undefined ? [] : decodeCursor(position, query.cursor);
    const channels = await this.database.query<{ id: number }>('SELECT id FROM channels WHERE point_id = $1 ORDER BY id', [pointId]);
    const rows = await this.database.query<SampleRow>(pageOf(after.length > 0), [channels.map(({ id }) => id), from, to, query.limit + 1, ...after]);
    const shown = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? shown.at(-1) : undefined;
    return {
      samples: shown.map((row) => [isoOf(row.source_us), row.value, decodeQuality(row.quality).quality]),
      nextCursor: last ? encodeCursor([last.source_us, last.received_us, last.channel_id, last.place]) : null,
    };
  }
}

function isoOf(microseconds: string): string {
  return new Date(Math.floor(Number(microseconds) / 1000)).toISOString();
}
