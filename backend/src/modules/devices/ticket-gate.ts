import { DomainError, type ReplyOf, type RequestOf } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { digestOf } from './digest.js';
import { takeDocument } from './documents.js';
import { SessionOpening } from './session-opening.js';
import { takeTickets } from './take-tickets.js';
import { TicketRefusals } from './ticket-refusals.js';

/** Identity comes from the ticket's row alone, and a ticket lets exactly one connection in. */
@Injectable()
export class TicketGate {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly sessions: SessionOpening,
    private readonly refusals: TicketRefusals,
  ) {}

  /** Opens a session with the next epoch; an older session of the controller is superseded. @throws DomainError TICKET_REFUSED, ORIGIN_REFUSED */
  async consume(request: RequestOf<'tickets.consume'>): Promise<ReplyOf<'tickets.consume'>> {
    const opened = await this.sessions.open(request);
    if (opened !== null) return opened;
    if (request.origin != null && (await this.refusals.noteOrigin(request.ticket, request.origin))) throw foreignOrigin();
    await this.refusals.note({ ...request, audience: 'session' });
    throw refused();
  }

  /** For the point list. @returns the controller's id @throws DomainError TICKET_REFUSED */
  async consumeForPoints(ticket: string, remoteAddress: string, keyPin?: string | null): Promise<string> {
    const [taken] = await this.unitOfWork.run((tx) => takeTickets(tx, 'points', [{ ticket, keyPin, subprotocol: null }]));
    if (taken !== undefined) return taken.controllerId;
    await this.refusals.note({ ticket, audience: 'points', remoteAddress });
    throw refused();
  }

  /** For one document, which is gone with that. @returns its text @throws DomainError TICKET_REFUSED */
  async consumeForDocument({ ticket, ref, remoteAddress, keyPin }: RequestOf<'documents.take'>): Promise<string> {
    const text = await this.unitOfWork.run(async (tx) => {
      const [taken] = await takeTickets(tx, 'document', [{ ticket, ref, keyPin, subprotocol: null }]);
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
}

function foreignOrigin(): DomainError {
  return new DomainError('ORIGIN_REFUSED', 'Sessions from this origin are not allowed at the site of this controller.');
}

/** One answer for unknown, expired, used and foreign. */
function refused(): DomainError {
  return new DomainError('TICKET_REFUSED', 'The ticket is not valid here, or not any more. Ask for a new one.');
}
