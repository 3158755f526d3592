import type { ReplyOf } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { LinkChanges } from './link-changes.js';

type CallReply = Pick<ReplyOf<'gateway.<gatewayId>.call'>, 'outcome'> & { code?: string };

/** Refusals that the gateway may have given in the controller's place: they prove nothing. */
const OF_GATEWAY: ReadonlySet<string> = new Set(['TOO_LARGE', 'OVERLOADED']);

/** Controllers that sent heartbeats but left calls unanswered: degraded until one was answered, across sessions and restarts. */
@Injectable()
export class Degradation {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly links: LinkChanges,
  ) {}

  /** Its current session was closed as deaf. The controller's row is locked. */
  async begin(tx: Transaction, controllerId: string, sessionId: string): Promise<void> {
    await tx.query('UPDATE controllers SET degraded_since = coalesce(degraded_since, now()) WHERE id = $1 AND session_id = $2', [controllerId, sessionId]);
  }

  /** What became of a call: if the controller answered it, with whatever, it is well again. */
  async called(controllerId: string, { outcome, code }: CallReply): Promise<void> {
    const isAnswer = outcome === 'result' || (outcome === 'refused' && !OF_GATEWAY.has(code ?? ''));
    if (!isAnswer) return;
    await this.unitOfWork.run(async (tx) => {
      const [well] = await tx.query<{ isOnline: boolean }>(
        `UPDATE controllers SET degraded_since = NULL WHERE id = $1 AND degraded_since IS NOT NULL RETURNING link = 'online' AS "isOnline"`,
        [controllerId],
      );
      if (well?.isOnline) await this.links.online(tx, controllerId, 'connected', 'It answers calls again.', { why: 'answers_again' });
    });
  }
}
