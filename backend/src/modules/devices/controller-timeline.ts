import type { TimelineEntry, timelineQuery } from '@cupola/contracts';
import type { TimelineKind } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Database } from '../../database/database.js';
import { nextStepOf, withoutNextStep } from './session-doctor.js';
import type { Facts } from './timeline.js';

export type TimelineQuery = z.output<typeof timelineQuery>;

interface EventRow {
  id: string;
  at: Date;
  until: Date;
  count: number;
  reason: TimelineKind;
  text: string;
  facts: Facts;
}

/** What happened to a controller, page by page. Whoever asks was found to be allowed to. */
@Injectable()
export class ControllerTimeline {
  constructor(private readonly database: Database) {}

  /** Newest first. `nextCursor` is the `before` of the page that follows. */
  async page(controllerId: string, { before, limit, kind }: TimelineQuery): Promise<{ items: TimelineEntry[]; nextCursor: string | null }> {
    const rows = await this.database.query<EventRow>(
      `SELECT id, at, until, count, reason, text, facts FROM controller_events
       WHERE controller_id = $1 AND ($2::bigint IS NULL OR id < $2) AND ($3::text[] IS NULL OR reason = ANY($3))
       ORDER BY id DESC LIMIT $4`,
      [controllerId, before ?? null, kind ?? null, limit + 1],
    );
    const items = rows.slice(0, limit).map(entryFrom);
    return { items, nextCursor: rows.length > limit ? String(items.at(-1)?.id) : null };
  }

  /** Forgets what is older than the instant, and all but the newest entries of a controller that had too many. @returns how many entries went */
  async forget(olderThan: Date, keep: number): Promise<number> {
    const aged = await this.database.query('DELETE FROM controller_events WHERE at < $1 RETURNING id', [olderThan]);
    const surplus = await this.database.query(
      `DELETE FROM controller_events e USING (
         SELECT c.controller_id, (
           SELECT n.id FROM controller_events n WHERE n.controller_id = c.controller_id ORDER BY n.id DESC OFFSET $1 LIMIT 1) AS id
         FROM (SELECT controller_id FROM controller_events GROUP BY controller_id HAVING count(*) > $1) c
       ) last
       WHERE e.controller_id = last.controller_id AND e.id <= last.id RETURNING e.id`,
      [keep],
    );
    return aged.length + surplus.length;
  }
}

function entryFrom({ id, at, until, count, reason, text, facts }: EventRow): TimelineEntry {
  return {
    ...{ id: Number(id), at: at.toISOString(), until: until.toISOString(), count, kind: reason },
    ...{ text: withoutNextStep(reason, text), next: nextStepOf(reason), facts },
  };
}
