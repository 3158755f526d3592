import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';

/** Where a command to a controller goes. */
export interface CallTarget {
  sessionId: string;
  epoch: number;
  gatewayId: string;
}

/** Finds the session over which a controller can be called. */
@Injectable()
export class ControllerLink {
  constructor(private readonly database: Database) {}

  /** The open, unexpired session of an active controller that has introduced itself; null = offline. */
  async callTarget(controllerId: string): Promise<CallTarget | null> {
    const [row] = await this.database.query<{ id: string; epoch: string; gateway_id: string }>(
      `SELECT s.id, s.epoch, s.gateway_id FROM controllers c JOIN controller_sessions s ON s.id = c.session_id
       WHERE c.id = $1 AND c.status = 'active' AND s.ended_at IS NULL AND s.lease_until >= now() AND s.boot_id IS NOT NULL`,
      [controllerId],
    );
    return row === undefined ? null : { sessionId: row.id, epoch: Number(row.epoch), gatewayId: row.gateway_id };
  }
}
