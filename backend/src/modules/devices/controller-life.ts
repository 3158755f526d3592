import { type Claim, type confirmController, DomainError, type revokeController } from '@cupola/contracts';
import { CLOSE_CODES, type ControllerStatus, type LinkState } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { Actor } from '../../auth/actor.js';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { BindingChanges } from './binding-changes.js';
import { ClaimCodes } from './claim-codes.js';
import { unknownController } from './controller-queries.js';
import { LinkChanges } from './link-changes.js';
import { SessionClosing } from './session-closing.js';
import { explain } from './session-doctor.js';
import { type Facts, noteEvent } from './timeline.js';

interface LifeRow {
  id: string;
  name: string;
  slot: string;
  serial: string | null;
  status: ControllerStatus;
  link: LinkState;
  buildingId: string | null;
}

/** What a technician does with a registered controller: a new claim code, confirming, revoking. */
@Injectable()
export class ControllerLife {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly claims: ClaimCodes,
    private readonly sessions: SessionClosing,
    private readonly links: LinkChanges,
    private readonly bindings: BindingChanges,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * A new claim code; the one before is dead. For a controller that is enrolled already nothing changes until the code is used:
   * then the old secret stops working, and a technician confirms again.
   * @throws DomainError CONTROLLER_WRONG_STATUS
   */
  async claim(actor: Actor, id: string, ttlMs?: number): Promise<Claim> {
    return this.unitOfWork.run(async (tx) => {
      const row = await lock(tx, id);
      if (row.status === 'revoked') throw wrongStatus(`${row.name} was revoked. Register a new controller instead.`);
      const [claim] = await this.claims.issue(tx, [row], actor.userId, ttlMs);
      if (claim === undefined) throw new Error('A claim has no row.');
      const isAgain = row.status !== 'registered';
      const text = `${actor.username} issued a claim code.`;
      await noteEvent(tx, id, 'claimed', isAgain ? `${text} Once it is used, the present secret stops working.` : text, {
        person: actor.username,
        ...(isAgain ? { why: 'again' } : {}),
      });
      await this.record(tx, actor, 'controller.claim', row, { after: { expiresAt: claim.expiresAt } });
      return claim;
    });
  }

  /** Lets an enrolled controller in. `serial` is what the technician read on the box. @throws DomainError CONTROLLER_WRONG_STATUS, VALIDATION_FAILED */
  async confirm(actor: Actor, id: string, { serial }: z.infer<typeof confirmController>): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const row = await lock(tx, id);
      if (row.status !== 'pending') throw wrongStatus(NOT_PENDING[row.status](row.name));
      if (serial !== undefined && serial !== row.serial) {
        const text = `The controller that enrolled says serial ${row.serial ?? 'none'}, not ${serial}. It may be another box: do not confirm it.`;
        throw new DomainError('VALIDATION_FAILED', text, { errors: [{ path: 'serial', message: text }] });
      }
      // Not now(), the start of this transaction: a session may have begun, and found itself unconfirmed, while this waited for the lock.
      await tx.query(`UPDATE controllers SET status = 'active', confirmed_at = clock_timestamp(), confirmed_by = $2 WHERE id = $1`, [id, actor.userId]);
      await noteEvent(tx, id, 'confirmed', `Confirmed by ${actor.username}.`, { person: actor.username });
      if (row.link === 'online') await this.links.online(tx, id, 'connected', explain('connected'));
      else await this.showWaiting(tx, row);
      await this.record(tx, actor, 'controller.confirm', row, { before: { status: 'pending' }, after: { status: 'active', serial: row.serial } });
    });
  }

  /** Ends a controller's access for good: live sessions close within two seconds, its points are free for another one. */
  async revoke(actor: Actor, id: string, { reason }: z.infer<typeof revokeController>): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const row = await lock(tx, id);
      if (row.status === 'revoked') throw wrongStatus(`${row.name} is revoked already.`);
      const what = `Revoked by ${actor.username}: ${reason}`;
      await tx.query(`UPDATE controllers SET status = 'revoked' WHERE id = $1`, [id]);
      const closed = await this.sessions.close(tx, id, CLOSE_CODES.revoked, 'revoked');
      const facts = { person: actor.username, reason };
      const wentOffline = await this.links.offline(tx, closed.map(({ sessionId }) => sessionId), 'revoked', what, facts);
      if (wentOffline.length === 0) await this.showRevoked(tx, id, explain('revoked', what), facts);
      await tx.query('DELETE FROM claim_codes WHERE controller_id = $1', [id]);
      await this.retireChannels(tx, row);
      await this.record(tx, actor, 'controller.revoke', row, { reason, before: { status: row.status }, after: { status: 'revoked' } });
    });
  }

  private async showWaiting(tx: Transaction, { id, link }: LifeRow): Promise<void> {
    const reason = link === 'never' ? 'never_connected' : 'connection_lost';
    await tx.query(`UPDATE controllers SET reason = $2, detail = $3 WHERE id = $1 AND reason = 'awaiting_confirmation'`, [id, reason, explain(reason)]);
    await this.links.announce(tx, [id]);
  }

  private async showRevoked(tx: Transaction, id: string, text: string, facts: Facts): Promise<void> {
    await tx.query(`UPDATE controllers SET reason = 'revoked', detail = $2, since = now(), session_id = NULL WHERE id = $1`, [id, text]);
    await noteEvent(tx, id, 'revoked', text, facts);
    await this.links.announce(tx, [id]);
  }

  /** Retired channels keep their point: its history stays, and another controller may serve it from now on. */
  private async retireChannels(tx: Transaction, row: LifeRow): Promise<void> {
    const retired = await tx.query<{ id: number }>(
      'UPDATE channels SET retired_at = now() WHERE controller_id = $1 AND retired_at IS NULL RETURNING id',
      [row.id],
    );
    await this.bindings.announce(tx, row, retired.map((channel) => channel.id));
  }

  private async record(
    tx: Transaction,
    actor: Actor,
    operation: string,
    row: LifeRow,
    what: { reason?: string; before?: unknown; after?: unknown },
  ): Promise<void> {
    const target = { target: `controller ${row.name}`, targetId: row.id, chainKey: row.id };
    await this.audit.record(tx, { actor, operation, ...target, result: 'done', ...what });
  }
}

const NOT_PENDING: Readonly<Record<Exclude<ControllerStatus, 'pending'>, (name: string) => string>> = {
  registered: (name) => `${name} has not enrolled yet: there is nothing to confirm. Enter its claim code at the box first.`,
  active: (name) => `${name} is confirmed already.`,
  revoked: (name) => `${name} was revoked. Register a new controller instead.`,
};

async function lock(tx: Transaction, id: string): Promise<LifeRow> {
  const [row] = await tx.query<LifeRow>(
    'SELECT id, name, slot, serial, status, link, building_id AS "buildingId" FROM controllers WHERE id = $1 FOR NO KEY UPDATE',
    [id],
  );
  if (row === undefined) throw unknownController();
  return row;
}

function wrongStatus(detail: string): DomainError {
  return new DomainError('CONTROLLER_WRONG_STATUS', detail);
}
