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
  model: string;
  firmware: string;
}

/**
 * Locks the controller's row and checks that the session is its current one: every message first asks "am I still it?".
 * @throws DomainError STALE_SESSION: a newer one took over; SESSION_UNKNOWN: it ended, and none did
 */
export async function lockCurrent(tx: Transaction, { sessionId, controllerId, epoch }: SessionRef): Promise<CurrentController> {
  const [controller] = await tx.query<CurrentController>(
    `SELECT c.id, c.name, c.status, c.building_id AS "buildingId", c.equipment_id AS "equipmentId", c.points_rev AS "pointsRev",
       c.channels_rev AS "channelsRev", c.accepts_new_streams AS "acceptsNewStreams", c.model, c.firmware
     FROM controllers c JOIN controller_sessions s ON s.id = c.session_id
     WHERE c.id = $1 AND s.id = $2 AND s.epoch = $3 AND s.ended_at IS NULL AND c.status IN ('pending', 'active')
     FOR NO KEY UPDATE OF c`,
    [controllerId, sessionId, epoch],
  );
  if (controller === undefined) throw await whyNotCurrent(tx, controllerId, epoch);
  return controller;
}

/** A box whose lease lapsed has to come back at once; one that was superseded has to stay away. */
async function whyNotCurrent(tx: Transaction, controllerId: string, epoch: number): Promise<DomainError> {
  const newer = await tx.query('SELECT FROM controllers WHERE id = $1 AND epoch > $2', [controllerId, epoch]);
  if (newer.length > 0) return new DomainError('STALE_SESSION', 'This session is not the current one of its controller.');
  return new DomainError('SESSION_UNKNOWN', 'This session has ended.');
}
