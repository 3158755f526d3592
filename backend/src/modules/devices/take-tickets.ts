import type { TicketAudience } from '@cupola/contracts';
import type { Transaction } from '../../database/unit-of-work.js';
import { digestOf } from './digest.js';

/** A ticket as it was shown. */
export interface ShownTicket {
  ticket: string;
  /** Null = any. */
  subprotocol: string | null;
  /** The document that is to be fetched with it. */
  ref?: string | undefined;
  keyPin?: string | null | undefined;
  /** To be on the list of the controller's site; none = nothing to check. */
  origin?: string | null | undefined;
}

export interface TakenTicket {
  /** As hexadecimal digits: which of the shown ones it is. */
  hash: string;
  controllerId: string;
}

/**
 * ONE statement, for however many: read-then-write lets most of twenty parallel presentations in. Shown twice, a ticket is taken once.
 */
export async function takeTickets(tx: Pick<Transaction, 'query'>, audience: TicketAudience, shown: readonly ShownTicket[]): Promise<TakenTicket[]> {
  return tx.query<TakenTicket>(
    `UPDATE tickets t SET consumed_at = now()
     FROM unnest($2::bytea[], $3::text[], $4::bytea[], $5::text[], $6::uuid[]) AS shown (hash, subprotocol, key_pin, origin, document_id), controllers c
     WHERE t.hash = shown.hash AND t.audience = $1 AND (shown.subprotocol IS NULL OR t.subprotocol = shown.subprotocol)
       AND (t.key_pin IS NULL OR t.key_pin = shown.key_pin)
       AND (shown.origin IS NULL OR EXISTS (SELECT FROM device_origins o WHERE o.site_id = c.site_id AND o.origin = shown.origin))
       AND t.document_id IS NOT DISTINCT FROM shown.document_id
       AND (shown.document_id IS NULL OR (c.status = 'active' AND (c.commands_held_until IS NULL OR c.commands_held_until <= now())
         AND EXISTS (SELECT FROM documents d WHERE d.id = shown.document_id AND d.controller_id = c.id AND d.epoch = c.epoch AND d.expires_at > now())))
       AND t.consumed_at IS NULL AND t.expires_at > now()
       AND c.id = t.controller_id AND c.status IN ('pending', 'active') AND c.credential_version = t.credential_version
     RETURNING encode(t.hash, 'hex') AS hash, t.controller_id AS "controllerId"`,
    [
      ...[audience, shown.map(({ ticket }) => digestOf(ticket)), shown.map(({ subprotocol }) => subprotocol)],
      ...[shown.map(({ keyPin }) => (keyPin == null ? null : Buffer.from(keyPin, 'base64url'))), shown.map(({ origin }) => origin ?? null)],
      shown.map(({ ref }) => ref ?? null),
    ],
  );
}
