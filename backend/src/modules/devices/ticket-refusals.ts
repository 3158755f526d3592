import type { TicketAudience } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { digestOf } from './digest.js';
import { plainText } from './plain-text.js';
import { explain } from './session-doctor.js';
import { noteRarely } from './timeline.js';

interface KnownTicket {
  controller_id: string;
  name: string;
  audience: string;
  subprotocol: string | null;
  document_id: string | null;
  was_consumed: boolean;
  /** A new secret was given out since, or the controller was revoked. */
  is_outdated: boolean;
}

/** A ticket as it was shown. */
export interface Presentation {
  ticket: string;
  audience: TicketAudience;
  subprotocol?: string;
  ref?: string | undefined;
  remoteAddress: string;
}

const WHY = {
  replayed: 'A ticket was presented a second time',
  wrong_audience: 'A ticket was presented for another purpose than it was given for',
  wrong_protocol: 'A ticket was presented for another protocol than it was given for',
  outdated: 'A ticket of before a new secret or a revocation was presented',
  expired: 'An expired ticket was presented',
  in_address: 'A ticket was presented inside an address, where logs keep it, and made useless',
} as const;
type Why = keyof typeof WHY;

/** What is written down about refused tickets. An unknown one names nobody and leaves no trace. */
@Injectable()
export class TicketRefusals {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {}

  async note(shown: Presentation): Promise<void> {
    await this.write(shown.ticket, shown.remoteAddress, (known) => whyRefused(known, shown));
  }

  /** @returns whether the ticket is good, and the origin alone was in its way: it stays good for a connection that names none */
  async noteOrigin(ticket: string, origin: string): Promise<boolean> {
    return this.unitOfWork.run(async (tx) => {
      const [open] = await tx.query<{ controller_id: string }>(
        `SELECT t.controller_id FROM tickets t JOIN controllers c ON c.id = t.controller_id
         WHERE t.hash = $1 AND t.audience = 'session' AND t.consumed_at IS NULL AND t.expires_at > now()
           AND NOT EXISTS (SELECT FROM device_origins o WHERE o.site_id = c.site_id AND o.origin = $2)`,
        [digestOf(ticket), origin],
      );
      if (open === undefined) return false;
      const text = explain('admission_refused', `It names the origin ${plainText(origin)}, which its site does not allow`);
      await noteRarely(tx, open.controller_id, 'admission_refused', text, { why: 'origin' });
      return true;
    });
  }

  async noteBurnt(ticket: string, remoteAddress: string): Promise<void> {
    await this.write(ticket, remoteAddress, () => 'in_address');
  }

  private async write(ticket: string, remoteAddress: string, judge: (known: KnownTicket) => Why): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const known = await readTicket(tx, ticket);
      if (known === undefined) return;
      const why = judge(known);
      const address = plainText(remoteAddress);
      const text = explain('ticket_refused', `${WHY[why]}, from ${address}`);
      await noteRarely(tx, known.controller_id, 'ticket_refused', text, { why, address });
      if (known.was_consumed) await this.recordReplay(tx, known, address, text);
    });
  }

  /** A ticket that comes twice was read by somebody else on its way. */
  private async recordReplay(tx: Transaction, known: KnownTicket, address: string, text: string): Promise<void> {
    await this.audit.record(tx, {
      actor: { system: 'device gateway', address },
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

function whyRefused(known: KnownTicket, { audience, subprotocol, ref }: Presentation): Why {
  if (known.was_consumed) return 'replayed';
  if (known.audience !== audience || known.document_id !== (ref ?? null)) return 'wrong_audience';
  if (subprotocol !== undefined && known.subprotocol !== subprotocol) return 'wrong_protocol';
  return known.is_outdated ? 'outdated' : 'expired';
}

async function readTicket(tx: Transaction, ticket: string): Promise<KnownTicket | undefined> {
  const [known] = await tx.query<KnownTicket>(
    `SELECT t.controller_id, c.name, t.audience, t.subprotocol, t.document_id, t.consumed_at IS NOT NULL AS was_consumed,
       c.credential_version <> t.credential_version OR c.status NOT IN ('pending', 'active') AS is_outdated
     FROM tickets t JOIN controllers c ON c.id = t.controller_id WHERE t.hash = $1`,
    [digestOf(ticket)],
  );
  return known;
}
