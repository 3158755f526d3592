import type { ControllerDetail } from '@cupola/contracts';
import type { IdentityDoubt, LossReason } from '@cupola/domain';
import type { Database } from '../../database/database.js';
import { DOUBT_NOW } from './identity-doubts.js';

/** Losses that a page shows. */
const LOSSES_SHOWN = 100;

interface LossRow {
  stream_id: string;
  carries: Loss['carries'];
  from_seq: string;
  to_seq: string;
  rows: number | null;
  oldest: Date | null;
  newest: Date | null;
  why: LossReason;
  at: Date;
}

type Loss = ControllerDetail['losses'][number];
type Reader = Pick<Database, 'query'>;

/** Newest first. */
export async function readLosses(database: Reader, controllerId: string): Promise<ControllerDetail['losses']> {
  const losses = await database.query<LossRow>(
    `SELECT stream_id, carries, from_seq, to_seq, rows, oldest, newest, why, at FROM stream_losses
     WHERE controller_id = $1 ORDER BY id DESC LIMIT $2`,
    [controllerId, LOSSES_SHOWN],
  );
  return losses.map(({ stream_id, from_seq, to_seq, oldest, newest, at, ...loss }) => ({
    ...{ ...loss, stream: stream_id, from: Number(from_seq), to: Number(to_seq) },
    ...{ oldest: oldest?.toISOString() ?? null, newest: newest?.toISOString() ?? null, at: at.toISOString() },
  }));
}

export async function readSubdevices(database: Reader, controllerId: string): Promise<ControllerDetail['subdevices']> {
  const rows = await database.query<{ id: string; state: string; since: Date }>(
    'SELECT id, state, since FROM subdevices WHERE controller_id = $1 ORDER BY id',
    [controllerId],
  );
  return rows.map(({ id, state, since }) => ({ id, state, since: since.toISOString() }));
}

/** Whether something else seems to use the controller's identity, and until when no command is sent because of it. */
export async function readIdentity(database: Reader, controllerId: string): Promise<Pick<ControllerDetail, 'identityDoubt' | 'commandsHeldUntil'>> {
  const [row] = await database.query<{ why: IdentityDoubt | null; detail: string; until: Date | null; held: Date | null }>(
    `SELECT ${DOUBT_NOW} AS why, c.doubt_detail AS detail, c.doubt_until AS until, CASE WHEN c.commands_held_until > now() THEN c.commands_held_until END AS held
     FROM controllers c WHERE c.id = $1`,
    [controllerId],
  );
  const doubt = row !== undefined && row.why !== null && row.until !== null ? { why: row.why, detail: row.detail, until: row.until.toISOString() } : null;
  return { identityDoubt: doubt, commandsHeldUntil: row?.held?.toISOString() ?? null };
}

/** The stream that a technician may let start over. */
export async function readStreamConflict(database: Reader, controllerId: string): Promise<ControllerDetail['streamConflict']> {
  const [row] = await database.query<{ stream_id: string; restarts_at: string; acked: string; accepts_new_streams: boolean }>(
    `SELECT s.stream_id, s.restarts_at, s.acked, c.accepts_new_streams FROM streams s JOIN controllers c ON c.id = s.controller_id
     WHERE s.controller_id = $1 AND s.restarts_at IS NOT NULL ORDER BY s.stream_id LIMIT 1`,
    [controllerId],
  );
  if (row === undefined) return null;
  return { stream: row.stream_id, next: Number(row.restarts_at), stored: Number(row.acked), accepted: row.accepts_new_streams };
}
