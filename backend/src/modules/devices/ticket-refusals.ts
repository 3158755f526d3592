import { Injectable } from '@nestjs/common';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { digestOf } from './device-tickets.js';
import { plainText } from './plain-text.js';
import { explain } from './session-doctor.js';
import { noteRarely } from './timeline.js';

interface KnownTicket {
  controller_id: string;
  name: string;
  was_consumed: boolean;
}

/** What is written down about refused tickets. An unknown one names nobody and leaves no trace. */
@Injectable()
export class TicketRefusals {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {}

  async note(ticket: string, remoteAddress: string): Promise<void> {
    await this.write(ticket, remoteAddress, (known) => (known.was_consumed ? 'A ticket was presented a second time' : 'A ticket was refused'));
  }

  async noteBurnt(ticket: string, remoteAddress: string): Promise<void> {
    await this.write(ticket, remoteAddress, () => 'A ticket was presented inside an address, where logs keep it, and made useless');
  }

  private async write(ticket: string, remoteAddress: string, describe: (known: KnownTicket) => string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const known = await readTicket(tx, ticket);
      if (known === undefined) return;
      const text = explain('ticket_refused', `${describe(known)}, from ${plainText(remoteAddress)}`);
      await noteRarely(tx, known.controller_id, 'ticket_refused', text);
      if (known.was_consumed) await this.recordReplay(tx, known, remoteAddress, text);
    });
  }

  /** A ticket that comes twice was read by somebody else on its way. */
  private async recordReplay(tx: Transaction, known: KnownTicket, remoteAddress: string, text: string): Promise<void> {
    await this.audit.record(tx, {
      actor: { system: 'device gateway', address: plainText(remoteAddress) },
      operation: 'ticket.replay',
      target: `controller ${known.name}`,
      targetId: known.controller_id,
      chainKey: known.controller_id,
      result: 'refused',
      code: 'TICKET_REFUSED',
      reason: text,
    });
  }
}

async function readTicket(tx: Transaction, ticket: string): Promise<KnownTicket | undefined> {
  const [known] = await tx.query<KnownTicket>(
    `SELECT t.controller_id, c.name, t.consumed_at IS NOT NULL AS was_consumed
     FROM tickets t JOIN controllers c ON c.id = t.controller_id WHERE t.hash = $1`,
    [digestOf(ticket)],
  );
  return known;
}
