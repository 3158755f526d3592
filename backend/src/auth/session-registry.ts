import type { MessageBus } from '@cupola/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { BUS } from '../bus.js';
import type { Transaction } from '../database/unit-of-work.js';
import { SESSION_HOURS } from './refresh-tokens.js';

export type SessionEnd = 'logout' | 'refresh token reused' | 'user disabled' | 'password changed' | 'token in an address';

/** Opens and ends sessions, and tells everybody who holds a socket of one. */
@Injectable()
export class SessionRegistry {
  constructor(@Inject(BUS) private readonly bus: MessageBus) {}

  async open(tx: Transaction, userId: string, address: string, userAgent: string): Promise<string> {
    const sessionId = randomUUID();
    await tx.query(
      `INSERT INTO user_sessions (id, user_id, expires_at, remote_address, user_agent)
       VALUES ($1, $2, now() + make_interval(hours => $3), $4, $5)`,
      [sessionId, userId, SESSION_HOURS, address, userAgent.slice(0, 300)],
    );
    await tx.query('UPDATE users SET last_login_at = now() WHERE id = $1', [userId]);
    return sessionId;
  }

  async end(tx: Transaction, sessionId: string, userId: string, reason: SessionEnd): Promise<void> {
    await tx.query('UPDATE user_sessions SET ended_at = now(), end_reason = $2 WHERE id = $1 AND ended_at IS NULL', [sessionId, reason]);
    this.announce(tx, userId, sessionId);
  }

  /** Ends all of a user's sessions, except one that the user keeps working in. */
  async endAll(tx: Transaction, userId: string, reason: SessionEnd, except: string | null = null): Promise<void> {
    const ended = await tx.query<{ id: string }>(
      `UPDATE user_sessions SET ended_at = now(), end_reason = $2
       WHERE user_id = $1 AND ended_at IS NULL AND id IS DISTINCT FROM $3 RETURNING id`,
      [userId, reason, except],
    );
    for (const { id } of ended) this.announce(tx, userId, id);
  }

  /** The user's rights changed but the sessions stand: sockets are checked again. */
  rightsChanged(tx: Transaction, userId: string): void {
    this.announce(tx, userId, null);
  }

  private announce(tx: Transaction, userId: string, sessionId: string | null): void {
    tx.afterCommit(() => this.bus.publish('access.changed', { userId, sessionId }));
  }
}
