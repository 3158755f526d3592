import type { SessionRef } from '@cupola/contracts';
import type { MessageBus } from '@cupola/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { BUS } from '../../bus.js';
import type { Transaction } from '../../database/unit-of-work.js';

export interface ClosedSession extends SessionRef {
  gatewayId: string;
}

/** Ends sessions from our side. The gateway learns it from its next renewal; the event only makes it sooner. */
@Injectable()
export class SessionClosing {
  constructor(@Inject(BUS) private readonly bus: MessageBus) {}

  /** Closes every open session of a controller, at most one by the rules. */
  async close(tx: Transaction, controllerId: string, code: number, reason: string): Promise<ClosedSession[]> {
    return this.closeAll(tx, [controllerId], code, reason);
  }

  /** As `close`, for several controllers. */
  async closeAll(tx: Transaction, controllerIds: readonly string[], code: number, reason: string): Promise<ClosedSession[]> {
    const rows = await tx.query<{ id: string; controller_id: string; gateway_id: string; epoch: string }>(
      `UPDATE controller_sessions SET ended_at = now(), end_code = $2, end_reason = $3
       WHERE controller_id = ANY($1::uuid[]) AND ended_at IS NULL
       RETURNING id, controller_id, gateway_id, epoch`,
      [controllerIds, code, reason],
    );
    const closed = rows.map((row) => ({ sessionId: row.id, controllerId: row.controller_id, epoch: Number(row.epoch), gatewayId: row.gateway_id }));
    tx.afterCommit(() => {
      for (const session of closed) this.bus.publish('sessions.revoked', { ...session, code, reason });
    });
    return closed;
  }
}
