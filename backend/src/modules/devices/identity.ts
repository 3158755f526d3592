import { CLOSE_CODES, type IdentityDoubt } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { DOUBT_LASTS, noteDoubt } from './identity-doubts.js';
import { LinkChanges } from './link-changes.js';
import { explain } from './session-doctor.js';
import { noteEvent } from './timeline.js';

type Trouble = Exclude<IdentityDoubt, 'old_secret'>;

/** More takeovers between two living boxes than this in an hour are no accident. */
const TAKEOVERS_AN_HOUR = 3;

/** Notices that two boxes use one identity, and holds commands meanwhile: nobody knows which of them would carry them out. */
@Injectable()
export class Identity {
  constructor(
    private readonly links: LinkChanges,
    private readonly audit: AuditTrail,
  ) {}

  /** A superseded session still answered. The controller's row is locked. */
  async suspectClone(tx: Transaction, controllerId: string, sessionId: string): Promise<void> {
    const [old] = await tx.query<{ remote_address: string }>(
      `UPDATE controller_sessions s SET taken_over_at = now() FROM controllers c
       WHERE s.id = $1 AND c.id = $2 AND s.controller_id = c.id AND s.epoch < c.epoch AND s.taken_over_at IS NULL RETURNING s.remote_address`,
      [sessionId, controllerId],
    );
    if (old === undefined) return;
    const text = `While another box took over its session, the one at ${old.remote_address} was still there.`;
    await this.raise(tx, controllerId, 'clone', text, { address: old.remote_address });
    await this.countTakeovers(tx, controllerId);
  }

  /**
   * Sessions that took over from another boot than their own, which had taken over from this boot before: a box that reboots never
   * comes back with an old boot id, so two of them take turns.
   */
  async noteReturns(tx: Transaction, sessions: readonly { sessionId: string; bootId: string }[]): Promise<void> {
    const taken = await tx.query<{ controller_id: string }>(
      `UPDATE controller_sessions prev SET taken_over_at = now()
       FROM unnest($1::uuid[], $2::text[]) AS said (session_id, boot_id) JOIN controller_sessions cur ON cur.id = said.session_id
       WHERE prev.controller_id = cur.controller_id AND prev.epoch = cur.epoch - 1
         AND prev.end_code = $3 AND prev.taken_over_at IS NULL AND prev.boot_id <> said.boot_id
         AND EXISTS (SELECT FROM controller_sessions older WHERE older.controller_id = cur.controller_id AND older.epoch < prev.epoch
           AND older.boot_id = said.boot_id AND older.started_at > now() - interval '1 hour')
       RETURNING prev.controller_id`,
      [sessions.map(({ sessionId }) => sessionId), sessions.map(({ bootId }) => bootId), CLOSE_CODES.superseded],
    );
    for (const { controller_id: controllerId } of taken) await this.countTakeovers(tx, controllerId);
  }

  private async countTakeovers(tx: Transaction, controllerId: string): Promise<void> {
    const [row] = await tx.query<{ count: number }>(
      `SELECT count(*)::int FROM controller_sessions WHERE controller_id = $1 AND taken_over_at > now() - interval '1 hour'`,
      [controllerId],
    );
    const count = row?.count ?? 0;
    if (count <= TAKEOVERS_AN_HOUR) return;
    await this.raise(tx, controllerId, 'duplicate_identity', `Its sessions replaced each other more than ${TAKEOVERS_AN_HOUR} times within an hour.`, { count });
  }

  private async raise(tx: Transaction, controllerId: string, kind: Trouble, what: string, facts: Record<string, string | number>): Promise<void> {
    const [controller] = await tx.query<{ name: string }>(
      `UPDATE controllers SET commands_held_until = now() + interval '${DOUBT_LASTS}' WHERE id = $1 RETURNING name`,
      [controllerId],
    );
    const text = explain(kind, what);
    await noteDoubt(tx, controllerId, kind, text);
    await noteEvent(tx, controllerId, kind, text, facts);
    await this.audit.record(tx, {
      ...{ actor: { system: 'device gateway' }, operation: `controller.${kind}`, target: `controller ${controller?.name ?? ''}` },
      ...{ targetId: controllerId, chainKey: controllerId, result: 'refused', reason: text },
    });
    await this.links.announce(tx, [controllerId]);
  }
}
