import { Injectable } from '@nestjs/common';
import type { Actor } from '../auth/actor.js';
import { actorFrom, GRANTS_OF_USER, type SessionRow } from '../auth/session-actors.js';
import { Database } from '../database/database.js';

/** Reads sessions with the rights that they have now, many in one statement. */
@Injectable()
export class SessionRecheck {
  constructor(private readonly database: Database) {}

  /** Sessions that ended, expired, or whose user is disabled, do not appear. */
  async actorsOf(actors: readonly Actor[]): Promise<Map<string, Actor>> {
    const callers = new Map(actors.map((actor) => [actor.sessionId, actor]));
    const rows = await this.database.query<SessionRow>(
      `SELECT s.id AS session_id, u.id AS user_id, u.username, ${GRANTS_OF_USER}
       FROM user_sessions s JOIN users u ON u.id = s.user_id
       WHERE s.id = ANY ($1::uuid[]) AND s.ended_at IS NULL AND s.expires_at > now() AND NOT u.disabled`,
      [[...callers.keys()]],
    );
    return new Map(
      rows.flatMap((row): [string, Actor][] => {
        const caller = callers.get(row.session_id);
        return caller ? [[row.session_id, actorFrom(row, caller)]] : [];
      }),
    );
  }
}

/** Whether two readings of one session allow the same. */
export function hasSameRights(one: Actor, other: Actor): boolean {
  return JSON.stringify(one.grants) === JSON.stringify(other.grants);
}
