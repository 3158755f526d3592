import type { ResolvedGrant } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Actor } from './actor.js';
import type { Caller } from './authenticator.js';

/** A user's grants with their places resolved upwards, as one jsonb array; needs `users u` in scope. */
export const GRANTS_OF_USER = `
  COALESCE((
    SELECT jsonb_agg(jsonb_build_object(
      'role', g.role, 'scope', g.scope,
      'siteId', COALESCE(g.site_id, b.site_id),
      'buildingId', COALESCE(g.building_id, f.building_id),
      'floorId', g.floor_id))
    FROM grants g
    LEFT JOIN floors f ON f.id = g.floor_id
    LEFT JOIN buildings b ON b.id = COALESCE(g.building_id, f.building_id)
    WHERE g.user_id = u.id
  ), '[]') AS grants`;

export interface SessionRow {
  session_id: string;
  user_id: string;
  username: string;
  grants: ResolvedGrant[];
}

/** Reads who a session belongs to and what that user may do now. */
@Injectable()
export class SessionActors {
  constructor(private readonly database: Database) {}

  /** Null when the session has ended or expired, or its user is disabled. */
  async bySession(sessionId: string, caller: Caller): Promise<Actor | null> {
    const [row] = await this.database.query<SessionRow>(
      `SELECT s.id AS session_id, u.id AS user_id, u.username, ${GRANTS_OF_USER}
       FROM user_sessions s JOIN users u ON u.id = s.user_id
       WHERE s.id = $1 AND s.ended_at IS NULL AND s.expires_at > now() AND NOT u.disabled`,
      [sessionId],
    );
    return row === undefined ? null : actorFrom(row, caller);
  }
}

export function actorFrom(row: SessionRow, caller: Caller): Actor {
  return {
    ...{ userId: row.user_id, username: row.username, sessionId: row.session_id },
    ...{ address: caller.address, correlationId: caller.correlationId, grants: row.grants },
  };
}
