import { DomainError } from '@cupola/contracts';
import type { IdentityDoubt } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../auth/actor.js';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { unknownController } from './controller-queries.js';
import { DOUBT_NOW } from './identity-doubts.js';
import { LinkChanges } from './link-changes.js';
import { noteEvent } from './timeline.js';

interface SettledRow {
  id: string;
  name: string;
  held_until: Date | null;
  doubt: IdentityDoubt | null;
  has_conflict: boolean;
}

/** What only a technician can settle: which of two boxes is the controller, and that a restored one starts its numbers anew. */
@Injectable()
export class Settlement {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly links: LinkChanges,
    private readonly audit: AuditTrail,
  ) {}

  /** The other box is gone: the alarm clears, and commands are sent again. @throws DomainError CONTROLLER_WRONG_STATUS */
  async settleIdentity(actor: Actor, id: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const row = await lock(tx, id);
      const before = { identityDoubt: row.doubt, commandsHeldUntil: row.held_until?.toISOString() ?? null };
      if (row.doubt === null && row.held_until === null) throw new DomainError('CONTROLLER_WRONG_STATUS', `Nobody doubts the identity of ${row.name}.`);
      await tx.query(`UPDATE controllers SET commands_held_until = NULL, doubt = NULL, doubt_detail = '', doubt_until = NULL WHERE id = $1`, [id]);
      const what = row.held_until === null ? '' : ' Commands are sent again.';
      await noteEvent(tx, id, 'confirmed', `${actor.username} confirmed that one box alone uses this identity.${what}`, { person: actor.username });
      await this.record(tx, actor, 'controller.settle-identity', row, { before, after: { identityDoubt: null, commandsHeldUntil: null } });
    });
  }

  /** The next HELLO is taken with the numbers that it brings. @throws DomainError CONTROLLER_WRONG_STATUS */
  async acceptNewStreams(actor: Actor, id: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const row = await lock(tx, id);
      if (!row.has_conflict) throw new DomainError('CONTROLLER_WRONG_STATUS', `${row.name} offers nothing that is stored already.`);
      await tx.query('UPDATE controllers SET accepts_new_streams = true WHERE id = $1', [id]);
      await noteEvent(tx, id, 'stream_accepted', `${actor.username} accepted that its numbers start anew. It counts from its next connection on.`, { person: actor.username });
      await this.record(tx, actor, 'controller.accept-new-streams', row, { after: { acceptsNewStreams: true } });
    });
  }

  private async record(tx: Transaction, actor: Actor, operation: string, { id, name }: SettledRow, what: { before?: unknown; after: unknown }): Promise<void> {
    await this.audit.record(tx, { actor, operation, target: `controller ${name}`, targetId: id, chainKey: id, result: 'done', ...what });
    await this.links.announce(tx, [id]);
  }
}

async function lock(tx: Transaction, id: string): Promise<SettledRow> {
  const [row] = await tx.query<SettledRow>(
    `SELECT c.id, c.name, CASE WHEN c.commands_held_until > now() THEN c.commands_held_until END AS held_until, ${DOUBT_NOW} AS doubt,
       EXISTS (SELECT FROM streams s WHERE s.controller_id = c.id AND s.restarts_at IS NOT NULL) AS has_conflict
     FROM controllers c WHERE c.id = $1 FOR NO KEY UPDATE OF c`,
    [id],
  );
  if (row === undefined) throw unknownController();
  return row;
}
