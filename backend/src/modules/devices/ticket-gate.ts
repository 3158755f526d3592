import { DomainError, type ReplyOf, type RequestOf, type TicketAudience } from '@cupola/contracts';
import { CLOSE_CODES, type ControllerStatus } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { digestOf } from './digest.js';
import { takeDocument } from './documents.js';
import { LEASE_MS } from './lease.js';
import { plainText } from './plain-text.js';
import { SessionClosing } from './session-closing.js';
import { TicketRefusals } from './ticket-refusals.js';

type ConsumeRequest = RequestOf<'tickets.consume'>;
type Consumed = ReplyOf<'tickets.consume'>;

interface TakenTicket {
  controller_id: string;
  credential_version: number;
}

interface Presented {
  ticket: string;
  audience: TicketAudience;
  /** The document that is to be fetched with it. */
  ref?: string | undefined;
  /** Null = any. */
  subprotocol: string | null;
  keyPin?: string | null | undefined;
  /** To be on the list of the controller's site; none = nothing to check. */
  origin?: string | null | undefined;
}

/** Identity comes from the ticket's row alone, and a ticket lets exactly one connection in. */
@Injectable()
export class TicketGate {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly sessions: SessionClosing,
    private readonly refusals: TicketRefusals,
  ) {}

  /** Opens a session with the next epoch; an older session of the controller is superseded. @throws DomainError TICKET_REFUSED */
  async consume(request: ConsumeRequest): Promise<Consumed> {
    const opened = await this.unitOfWork.run(async (tx) => {
      const taken = await takeTicket(tx, { ...request, audience: 'session' });
      return taken === undefined ? undefined : this.openSession(tx, taken, request);
    });
    if (opened === undefined) {
      if (request.origin != null && (await this.refusals.noteOrigin(request.ticket, request.origin))) throw foreignOrigin();
      await this.refusals.note({ ...request, audience: 'session' });
      throw refused();
    }
    return opened;
  }

  /** For the point list. @returns the controller's id @throws DomainError TICKET_REFUSED */
  async consumeForPoints(ticket: string, remoteAddress: string, keyPin?: string | null): Promise<string> {
    const taken = await this.unitOfWork.run((tx) => takeTicket(tx, { ticket, keyPin, audience: 'points', subprotocol: null }));
    if (taken !== undefined) return taken.controller_id;
    await this.refusals.note({ ticket, audience: 'points', remoteAddress });
    throw refused();
  }

  /** For one document, which is gone with that. @returns its text @throws DomainError TICKET_REFUSED */
  async consumeForDocument({ ticket, ref, remoteAddress, keyPin }: RequestOf<'documents.take'>): Promise<string> {
    const text = await this.unitOfWork.run(async (tx) => {
      const taken = await takeTicket(tx, { ticket, ref, keyPin, audience: 'document', subprotocol: null });
      return taken === undefined ? undefined : takeDocument(tx, ref);
    });
    if (text !== undefined) return text;
    await this.refusals.note({ ticket, ref, audience: 'document', remoteAddress });
    throw refused();
  }

  /** Makes a ticket useless that was shown where logs keep it. */
  async burn(ticket: string, remoteAddress: string): Promise<void> {
    await this.unitOfWork.run((tx) => tx.query('UPDATE tickets SET consumed_at = coalesce(consumed_at, now()) WHERE hash = $1', [digestOf(ticket)]));
    await this.refusals.noteBurnt(ticket, remoteAddress);
  }

  private async openSession(tx: Transaction, taken: TakenTicket, request: ConsumeRequest): Promise<Consumed | undefined> {
    const sessionId = randomUUID();
    const controllerId = taken.controller_id;
    // Asked again under the row's lock: a revocation may have committed since the ticket was taken.
    const [advanced] = await tx.query<{ epoch: string; status: ControllerStatus; site_id: string }>(
      `UPDATE controllers SET epoch = epoch + 1, session_id = $2
       WHERE id = $1 AND status IN ('pending', 'active') AND credential_version = $3
       RETURNING epoch, status, site_id`,
      [controllerId, sessionId, taken.credential_version],
    );
    if (advanced === undefined) return undefined;
    const closed = await this.sessions.close(tx, controllerId, CLOSE_CODES.superseded, 'superseded by a newer session');
    await tx.query(
      `INSERT INTO controller_sessions (id, controller_id, gateway_id, epoch, remote_address, lease_until, origin)
       VALUES ($1, $2, $3, $4, $5, now() + $6 * interval '1 millisecond', $7)`,
      [sessionId, controllerId, request.gatewayId, advanced.epoch, plainText(request.remoteAddress), LEASE_MS, request.origin ?? null],
    );
    const { status, site_id: siteId } = advanced;
    return { sessionId, controllerId, epoch: Number(advanced.epoch), status, siteId, superseded: closed[0] ?? null };
  }
}

/** ONE statement: read-then-write lets most of twenty parallel presentations in. */
async function takeTicket(tx: Transaction, { ticket, audience, ref, subprotocol, keyPin, origin }: Presented): Promise<TakenTicket | undefined> {
  const [taken] = await tx.query<TakenTicket>(
    `UPDATE tickets t SET consumed_at = now()
     FROM controllers c
     WHERE t.hash = $1 AND t.audience = $2 AND ($3::text IS NULL OR t.subprotocol = $3)
       AND (t.key_pin IS NULL OR t.key_pin = $4)
       AND ($5::text IS NULL OR EXISTS (SELECT FROM device_origins o WHERE o.site_id = c.site_id AND o.origin = $5))
       AND t.document_id IS NOT DISTINCT FROM $6::uuid
       AND ($6::uuid IS NULL OR (c.status = 'active' AND (c.commands_held_until IS NULL OR c.commands_held_until <= now())
         AND EXISTS (SELECT FROM documents d WHERE d.id = $6 AND d.controller_id = c.id AND d.epoch = c.epoch AND d.expires_at > now())))
       AND t.consumed_at IS NULL AND t.expires_at > now()
       AND c.id = t.controller_id AND c.status IN ('pending', 'active') AND c.credential_version = t.credential_version
     RETURNING t.controller_id, t.credential_version`,
    [digestOf(ticket), audience, subprotocol, keyPin == null ? null : Buffer.from(keyPin, 'base64url'), origin ?? null, ref ?? null],
  );
  return taken;
}

function foreignOrigin(): DomainError {
  return new DomainError('ORIGIN_REFUSED', 'Sessions from this origin are not allowed at the site of this controller.');
}

/** One answer for unknown, expired, used and foreign. */
function refused(): DomainError {
  return new DomainError('TICKET_REFUSED', 'The ticket is not valid here, or not any more. Ask for a new one.');
}
