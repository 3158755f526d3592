import { DomainError, type SessionRef } from '@cupola/contracts';
import type { ControllerStatus } from '@cupola/domain';
import type { Transaction } from '../../database/unit-of-work.js';

/** The controller behind a session that is still its current one. */
export interface CurrentController {
  id: string;
  name: string;
  status: ControllerStatus;
  buildingId: string | null;
  equipmentId: string | null;
  pointsRev: string | null;
  channelsRev: number;
  /** A technician accepted that its streams start anew. */
  acceptsNewStreams: boolean;
  /** It left calls unanswered, and has answered none since. */
  isDegraded: boolean;
  model: string;
  firmware: string;
}

interface CurrentRow extends CurrentController {
  sessionId: string;
}

/**
 * Locks the controller's row and checks that the session is its current one: every message first asks "am I still it?".
 * @throws DomainError STALE_SESSION: a newer one took over; SESSION_UNKNOWN: it ended, and none did
 */
export async function lockCurrent(tx: Transaction, session: SessionRef): Promise<CurrentController> {
  const controller = (await lockAll(tx, [session], '')).get(session.sessionId);
  if (controller === undefined) throw await whyNotCurrent(tx, session.controllerId, session.epoch);
  return controller;
}

/** As `lockCurrent`, for many. @returns by session those that are current, and locked by nobody else */
export async function lockFree(tx: Transaction, sessions: readonly SessionRef[]): Promise<Map<string, CurrentController>> {
  return lockAll(tx, sessions, 'SKIP LOCKED');
}

async function lockAll(tx: Transaction, sessions: readonly SessionRef[], wait: '' | 'SKIP LOCKED'): Promise<Map<string, CurrentController>> {
  const rows = await tx.query<CurrentRow>(
    `SELECT s.id AS "sessionId", c.id, c.name, c.status, c.building_id AS "buildingId", c.equipment_id AS "equipmentId", c.points_rev AS "pointsRev",
       c.channels_rev AS "channelsRev", c.accepts_new_streams AS "acceptsNewStreams", c.degraded_since IS NOT NULL AS "isDegraded", c.model, c.firmware
     FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS asked (controller_id, session_id, epoch)
     JOIN controllers c ON c.id = asked.controller_id AND c.session_id = asked.session_id
     JOIN controller_sessions s ON s.id = asked.session_id
     WHERE s.epoch = asked.epoch AND s.ended_at IS NULL AND c.status IN ('pending', 'active')
     ORDER BY c.id FOR NO KEY UPDATE OF c ${wait}`,
    [sessions.map(({ controllerId }) => controllerId), sessions.map(({ sessionId }) => sessionId), sessions.map(({ epoch }) => epoch)],
  );
  return new Map(rows.map(({ sessionId, ...controller }) => [sessionId, controller]));
}

/** A box whose lease lapsed has to come back at once; one that was superseded has to stay away. */
async function whyNotCurrent(tx: Transaction, controllerId: string, epoch: number): Promise<DomainError> {
  const newer = await tx.query('SELECT FROM controllers WHERE id = $1 AND epoch > $2', [controllerId, epoch]);
  if (newer.length > 0) return new DomainError('STALE_SESSION', 'This session is not the current one of its controller.');
  return new DomainError('SESSION_UNKNOWN', 'This session has ended.');
}
