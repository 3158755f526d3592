import type { RequestOf, SessionRef } from '@cupola/contracts';
import { CLOSE_CODES } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { Degradation } from './degradation.js';
import { Gathering } from './gathering.js';
import { Identity } from './identity.js';
import { LateHeartbeats } from './late-heartbeats.js';
import { LinkChanges } from './link-changes.js';
import { plainText } from './plain-text.js';
import { ToldChannels } from './told-channels.js';

type EndedSession = RequestOf<'sessions.ended'>;

/** Sessions that ended at the gateway, or whose gateway is gone. */
@Injectable()
export class SessionEnds {
  private readonly ending = new Gathering<EndedSession, true>('Sessions', {
    together: (asked) => this.unitOfWork.run((tx) => this.endFree(tx, asked)),
    alone: (asked) => this.unitOfWork.run((tx) => this.endOne(tx, asked)),
  });

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly links: LinkChanges,
    private readonly told: ToldChannels,
    private readonly identity: Identity,
    private readonly degradation: Degradation,
    private readonly late: LateHeartbeats,
  ) {}

  async ended(ended: EndedSession): Promise<void> {
    await this.ending.ask(ended);
    // Not before: a HELLO of this session may have been under way.
    this.forget([ended.sessionId]);
  }

  /** A gateway asked its controllers to come back elsewhere, and stopped. */
  async drained(sessions: readonly SessionRef[]): Promise<void> {
    const ids = sessions.map(({ sessionId }) => sessionId);
    await this.unitOfWork.run(async (tx) => {
      await lockControllers(tx, sessions.map(({ controllerId }) => controllerId));
      await tx.query(
        `UPDATE controller_sessions SET ended_at = now(), end_code = $2, end_reason = 'drained' WHERE id = ANY($1::uuid[]) AND ended_at IS NULL`,
        [ids, CLOSE_CODES.restart],
      );
      await this.links.offline(tx, ids, 'drained');
    });
    this.forget(ids);
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
      tx.afterCommit(() => this.forget(ids));
      return ids.length;
    });
  }

  private forget(sessionIds: readonly string[]): void {
    this.told.forget(sessionIds);
    for (const sessionId of sessionIds) this.late.forget(sessionId);
  }

  /** What breaks off many connections ends them together. A suspected clone and one that answers no CALL are looked at alone. */
  private async endFree(tx: Transaction, asked: readonly EndedSession[]): Promise<Map<EndedSession, true>> {
    const free = await lockControllers(tx, asked.map(({ controllerId }) => controllerId), 'SKIP LOCKED');
    const plain = asked.filter(({ controllerId, reason }) => free.has(controllerId) && reason !== 'clone' && reason !== 'deaf');
    await this.end(tx, plain);
    return new Map(plain.map((each) => [each, true]));
  }

  private async endOne(tx: Transaction, ended: EndedSession): Promise<true> {
    const { controllerId, sessionId, reason } = ended;
    await lockControllers(tx, [controllerId]);
    if (reason === 'deaf') await this.degradation.begin(tx, controllerId, sessionId);
    await this.end(tx, [ended]);
    if (reason === 'clone') await this.identity.suspectClone(tx, controllerId, sessionId);
    return true;
  }

  private async end(tx: Transaction, ended: readonly EndedSession[]): Promise<void> {
    await tx.query(
      `UPDATE controller_sessions s SET ended_at = now(), end_code = e.code, end_reason = e.reason
       FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[]) AS e (id, controller_id, code, reason)
       WHERE s.id = e.id AND s.controller_id = e.controller_id AND s.ended_at IS NULL`,
      [
        ...[ended.map(({ sessionId }) => sessionId), ended.map(({ controllerId }) => controllerId)],
        ...[ended.map(({ code }) => code), ended.map(({ reason }) => reason)],
      ],
    );
    for (const group of Map.groupBy(ended, ({ reason, text }) => `${reason} ${text}`).values()) {
      const [first] = group;
      if (first !== undefined) await this.links.offline(tx, group.map(({ sessionId }) => sessionId), first.reason, plainText(first.text) || undefined);
    }
  }
}

async function lockControllers(tx: Transaction, ids: string[], wait: '' | 'SKIP LOCKED' = ''): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(`SELECT id FROM controllers WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE ${wait}`, [ids]);
  return new Set(rows.map(({ id }) => id));
}
