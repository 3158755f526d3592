import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';

/** Where a command to a controller goes. */
export interface CallTarget {
  sessionId: string;
  epoch: number;
  gatewayId: string;
  /** It left its last calls unanswered. */
  isDegraded: boolean;
}

/** Finds the session over which a controller can be called. */
@Injectable()
export class ControllerLink {
  constructor(private readonly database: Database) {}

  /** Whether commands are held back, because two boxes seem to use the controller's identity. */
  async isHeld(controllerId: string): Promise<boolean> {
    const rows = await this.database.query('SELECT FROM controllers WHERE id = $1 AND commands_held_until > now()', [controllerId]);
    return rows.length > 0;
  }

  /** The open, unexpired session of an active controller that has introduced itself; null = offline, or its commands are held back. */
  async callTarget(controllerId: string): Promise<CallTarget | null> {
    const [row] = await this.database.query<{ id: string; epoch: string; gateway_id: string; is_degraded: boolean }>(
      `SELECT s.id, s.epoch, s.gateway_id, c.degraded_since IS NOT NULL AS is_degraded FROM controllers c JOIN controller_sessions s ON s.id = c.session_id
       WHERE c.id = $1 AND c.status = 'active' AND s.ended_at IS NULL AND s.lease_until >= now() AND s.boot_id IS NOT NULL
         AND (c.commands_held_until IS NULL OR c.commands_held_until <= now())`,
      [controllerId],
    );
    return row === undefined ? null : { sessionId: row.id, epoch: Number(row.epoch), gatewayId: row.gateway_id, isDegraded: row.is_degraded };
  }
}
