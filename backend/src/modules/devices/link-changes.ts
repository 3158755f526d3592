import type { MessageBus } from '@cupola/messaging';
import type { ControllerStatus, LinkState, SessionReason } from '@cupola/domain';
import { Inject, Injectable } from '@nestjs/common';
import { BUS } from '../../bus.js';
import { Clock } from '../../clock.js';
import type { Transaction } from '../../database/unit-of-work.js';
import { explain } from './session-doctor.js';
import { type Facts, noteEvents, type Statements } from './timeline.js';

interface StateRow {
  id: string;
  status: ControllerStatus;
  link: LinkState;
  reason: SessionReason;
}

type OnlineReason = 'connected' | 'degraded' | 'awaiting_confirmation';

/** What controllers' links do: written in the transaction that causes it, told to everybody after its commit. */
@Injectable()
export class LinkChanges {
  constructor(
    @Inject(BUS) private readonly bus: MessageBus,
    private readonly clock: Clock,
  ) {}

  /** HELLO was accepted, a technician confirmed a controller that is connected, or one that left calls unanswered answers again. */
  async online(tx: Transaction, controllerId: string, reason: OnlineReason, text: string, facts: Facts = {}): Promise<void> {
    await this.onlineAll(tx, [controllerId], reason, text, facts);
  }

  /** As `online`, for several controllers. */
  async onlineAll(tx: Transaction, controllerIds: readonly string[], reason: OnlineReason, text: string, facts: Facts = {}): Promise<void> {
    await tx.query(
      `UPDATE controllers SET link = 'online', reason = $2, detail = $3, last_seen_at = now(),
         since = CASE WHEN link = 'online' AND reason = $2 THEN since ELSE now() END
       WHERE id = ANY($1::uuid[])`,
      [controllerIds, reason, text],
    );
    await noteEvents(tx, controllerIds, reason, text, facts);
    await this.announce(tx, controllerIds);
  }

  /**
   * The named sessions ended. Only a controller whose current session is among them goes offline: a cleanup that comes late
   * must not touch the session that took over.
   * @returns the controllers that went offline
   */
  async offline(tx: Transaction, sessionIds: readonly string[], reason: SessionReason, what?: string, facts: Facts = {}): Promise<string[]> {
    const text = explain(reason, what);
    const rows = await tx.query<{ id: string }>(
      `UPDATE controllers c SET link = CASE WHEN c.link = 'never' THEN 'never' ELSE 'offline' END, reason = $2, detail = $3,
         since = now(), session_id = NULL, last_seen_at = greatest(c.last_seen_at, s.last_seen_at)
       FROM controller_sessions s
       WHERE s.id = ANY($1::uuid[]) AND c.id = s.controller_id AND c.session_id = s.id
       RETURNING c.id`,
      [sessionIds, reason, text],
    );
    const ids = rows.map(({ id }) => id);
    await noteEvents(tx, ids, reason, text, facts);
    await this.announce(tx, ids);
    return ids;
  }

  /** Publishes the state that the rows have now, after commit. */
  async announce(tx: Statements, controllerIds: readonly string[]): Promise<void> {
    const rows = await tx.query<StateRow>('SELECT id, status, link, reason FROM controllers WHERE id = ANY($1::uuid[])', [controllerIds]);
    tx.afterCommit(() => {
      for (const { id, ...state } of rows) this.bus.publish('live.controllers', { at: this.clock.now(), controllerId: id, ...state });
    });
  }
}
