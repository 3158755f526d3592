import type { RequestOf, SessionRef } from '@cupola/contracts';
import { CLOSE_CODES } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { Degradation } from './degradation.js';
import { Identity } from './identity.js';
import { LinkChanges } from './link-changes.js';
import { plainText } from './plain-text.js';
import { ToldChannels } from './told-channels.js';

/** Sessions that ended at the gateway, or whose gateway is gone. */
@Injectable()
export class SessionEnds {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly links: LinkChanges,
    private readonly told: ToldChannels,
    private readonly identity: Identity,
    private readonly degradation: Degradation,
  ) {}

  async ended({ sessionId, controllerId, code, reason, text }: RequestOf<'sessions.ended'>): Promise<void> {
    this.told.forget([sessionId]);
    await this.unitOfWork.run(async (tx) => {
      await lockControllers(tx, [controllerId]);
      await tx.query(
        `UPDATE controller_sessions SET ended_at = now(), end_code = $3, end_reason = $4
         WHERE id = $1 AND controller_id = $2 AND ended_at IS NULL`,
        [sessionId, controllerId, code, reason],
      );
      if (reason === 'deaf') await this.degradation.begin(tx, controllerId, sessionId);
      await this.links.offline(tx, [sessionId], reason, plainText(text) || undefined);
      if (reason === 'clone') await this.identity.suspectClone(tx, controllerId, sessionId);
    });
  }

  /** A gateway asked its controllers to come back elsewhere, and stopped. */
  async drained(sessions: readonly SessionRef[]): Promise<void> {
    const ids = sessions.map(({ sessionId }) => sessionId);
    this.told.forget(ids);
    await this.unitOfWork.run(async (tx) => {
      await lockControllers(tx, sessions.map(({ controllerId }) => controllerId));
      await tx.query(
        `UPDATE controller_sessions SET ended_at = now(), end_code = $2, end_reason = 'drained' WHERE id = ANY($1::uuid[]) AND ended_at IS NULL`,
        [ids, CLOSE_CODES.restart],
      );
      await this.links.offline(tx, ids, 'drained');
    });
  }

  /** Ends every session whose lease lapsed. @returns how many */
  async endLapsed(): Promise<number> {
    return this.unitOfWork.run(async (tx) => {
      // Taken in the order of ids, as everybody does who locks several controllers.
      const lapsed = await tx.query<{ controller_id: string }>(
        'SELECT controller_id FROM controller_sessions WHERE ended_at IS NULL AND lease_until < now()',
      );
      if (lapsed.length === 0) return 0;
      await lockControllers(tx, lapsed.map((row) => row.controller_id));
      const ended = await tx.query<{ id: string }>(
        `UPDATE controller_sessions SET ended_at = now(), end_code = $1, end_reason = 'gateway_lost'
         WHERE ended_at IS NULL AND lease_until < now() RETURNING id`,
        [CLOSE_CODES.authenticationLapsed],
      );
      const ids = ended.map(({ id }) => id);
      await this.links.offline(tx, ids, 'gateway_lost');
      this.told.forget(ids);
      return ids.length;
    });
  }
}

async function lockControllers(tx: Transaction, ids: string[]): Promise<void> {
  await tx.query('SELECT id FROM controllers WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE', [ids]);
}
