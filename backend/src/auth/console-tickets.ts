import { DomainError } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { AuditTrail } from '../modules/audit/index.js';
import type { Actor } from './actor.js';
import type { Caller } from './authenticator.js';
import { newSecret, sha256 } from './refresh-tokens.js';
import { actorFrom, GRANTS_OF_USER, type SessionRow } from './session-actors.js';

export const CONSOLE_TICKET_MS = 30_000;
const TICKET = /^[A-Za-z0-9_-]{43}$/;

/** Single-use tickets for one connection to `/live`: an access token never travels in a handshake. */
@Injectable()
export class ConsoleTickets {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
  ) {}

  async issue(actor: Actor): Promise<{ ticket: string; ttlMs: number }> {
    const ticket = newSecret();
    await this.database.query(
      `INSERT INTO tickets (hash, audience, user_session_id, expires_at)
       VALUES ($1, 'console', $2, now() + make_interval(secs => $3::double precision / 1000))`,
      [sha256(ticket), actor.sessionId, CONSOLE_TICKET_MS],
    );
    return { ticket, ttlMs: CONSOLE_TICKET_MS };
  }

  /**
   * Exactly one of any number of parallel presentations gets the actor: reading first and writing then would let many in.
   * @throws DomainError TICKET_REFUSED, with one text for unknown, expired, used, and for an ended session
   */
  async consume(ticket: unknown, caller: Caller): Promise<Actor> {
    if (typeof ticket !== 'string' || !TICKET.test(ticket)) throw refused();
    const [row] = await this.database.query<SessionRow>(
      `UPDATE tickets t SET consumed_at = now()
       FROM user_sessions s JOIN users u ON u.id = s.user_id
       WHERE t.hash = $1 AND t.audience = 'console' AND t.consumed_at IS NULL AND t.expires_at > now()
         AND s.id = t.user_session_id AND s.ended_at IS NULL AND s.expires_at > now() AND NOT u.disabled
       RETURNING s.id AS session_id, u.id AS user_id, u.username, ${GRANTS_OF_USER}`,
      [sha256(ticket)],
    );
    if (row === undefined) {
      await this.recordReplay(ticket, caller);
      throw refused();
    }
    return actorFrom(row, caller);
  }

  /** A ticket that comes a second time was copied somewhere, which is worth a look. */
  private async recordReplay(ticket: string, caller: Caller): Promise<void> {
    const [used] = await this.database.query<{ user_id: string; username: string }>(
      `SELECT u.id AS user_id, u.username FROM tickets t JOIN user_sessions s ON s.id = t.user_session_id JOIN users u ON u.id = s.user_id
       WHERE t.hash = $1 AND t.audience = 'console' AND t.consumed_at IS NOT NULL`,
      [sha256(ticket)],
    );
    if (used === undefined) return;
    await this.audit.recordRefusal({
      ...{ actor: { system: 'not logged in', ...caller }, operation: 'ticket.replay', target: used.username, targetId: used.user_id },
      ...{ chainKey: used.user_id, code: 'TICKET_REFUSED', reason: 'a console ticket was presented a second time' },
    });
  }
}

function refused(): DomainError {
  return new DomainError('TICKET_REFUSED', 'The ticket is unknown, expired or used already. Ask for a new one.');
}
