import type { TicketAudience } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { type DeviceRow, slotOf } from './device-credentials.js';
import { digestOf } from './digest.js';
import { requireDocument } from './documents.js';
import { Gathering } from './gathering.js';
import { plainText } from './plain-text.js';
import { Rotation } from './rotation.js';
import { explain } from './session-doctor.js';
import { noteRarelyEach } from './timeline.js';

/** A ticket to be kept. */
export interface NewTicket {
  device: DeviceRow;
  /** Of the secret that was presented. */
  digest: Buffer;
  ticket: string;
  audience: TicketAudience;
  /** The document that it is for. */
  ref: string | undefined;
  subprotocol: string;
  bootId: string;
  remoteAddress: string;
}

interface Locked {
  asked: NewTicket;
  credentialVersion: number;
}

export const TICKET_TTL_MS = 30_000;
const MAX_UNCONSUMED = 3;

/** Keeps the tickets of all who ask at the same time in one transaction. */
@Injectable()
export class TicketWriting {
  private readonly writing = new Gathering<NewTicket, boolean>('Tickets', {
    together: (asked) => this.unitOfWork.run((tx) => this.writeAll(tx, asked)),
    alone: (asked) => this.unitOfWork.run((tx) => this.writeOne(tx, asked)),
  });

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly rotation: Rotation,
  ) {}

  /** @returns false when the device changed since it was judged */
  write(asked: NewTicket): Promise<boolean> {
    return this.writing.ask(asked);
  }

  /** One ticket for each device whose row is free; a device that asks for two at once gets the other after that, and whose document is gone is refused alone. */
  private async writeAll(tx: Transaction, asked: readonly NewTicket[]): Promise<Map<NewTicket, boolean>> {
    const first = new Map(asked.toReversed().map((each) => [each.device.id, each]));
    const present = [...first.values()].filter((each) => each.ref === undefined && slotOf(each.device, each.digest) === 'present');
    const locked = await lockUnchanged(tx, present, 'SKIP LOCKED');
    await insertAll(tx, locked);
    return new Map(locked.map((each) => [each.asked, true]));
  }

  private async writeOne(tx: Transaction, asked: NewTicket): Promise<boolean> {
    const [locked] = await lockUnchanged(tx, [asked], '');
    if (locked === undefined) return false;
    const isNext = slotOf(asked.device, asked.digest) === 'next';
    if (isNext && !(await this.rotation.promote(tx, asked.device.id, asked.digest))) return false;
    if (asked.ref !== undefined) await requireDocument(tx, asked.device.id, asked.ref);
    await insertAll(tx, [{ asked, credentialVersion: locked.credentialVersion + (isNext ? 1 : 0) }]);
    return true;
  }
}

/** Locked, so that two requests of one device count its tickets one after the other. */
async function lockUnchanged(tx: Transaction, asked: readonly NewTicket[], wait: '' | 'SKIP LOCKED'): Promise<Locked[]> {
  const rows = await tx.query<{ id: string; credential_version: number; status: string }>(
    `SELECT id, credential_version, status FROM controllers WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE ${wait}`,
    [asked.map(({ device }) => device.id)],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return asked.flatMap((each) => {
    const { id, status, credential_version: credentialVersion } = each.device;
    const row = byId.get(id);
    return row?.status === status && row.credential_version === credentialVersion ? [{ asked: each, credentialVersion }] : [];
  });
}

/** The oldest open tickets make room: a controller whose answers got lost must not wait for them to expire. */
async function insertAll(tx: Transaction, locked: readonly Locked[]): Promise<void> {
  if (locked.length === 0) return;
  const asked = locked.map((each) => each.asked);
  await tx.query(
    `WITH made AS (
       SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::uuid[], $5::int[], $6::text[], $7::bytea[], $8::uuid[])
         AS m (hash, audience, subprotocol, controller_id, credential_version, boot_id, key_pin, document_id)
     ), surplus AS (
       UPDATE tickets SET expires_at = now() WHERE hash IN (
         SELECT hash FROM (
           SELECT t.hash, row_number() OVER (PARTITION BY t.controller_id ORDER BY t.issued_at DESC, t.expires_at DESC) AS nth
           FROM tickets t WHERE t.controller_id = ANY($4::uuid[]) AND t.consumed_at IS NULL AND t.expires_at > now()
         ) open WHERE nth > $9)
     )
     INSERT INTO tickets (hash, audience, subprotocol, controller_id, credential_version, boot_id, expires_at, key_pin, document_id)
     SELECT hash, audience, subprotocol, controller_id, credential_version, boot_id, now() + $10 * interval '1 millisecond', key_pin, document_id FROM made`,
    [
      ...[asked.map(({ ticket }) => digestOf(ticket)), asked.map(({ audience }) => audience), asked.map(({ subprotocol }) => subprotocol)],
      ...[asked.map(({ device }) => device.id), locked.map(({ credentialVersion }) => credentialVersion)],
      ...[asked.map(({ bootId }) => plainText(bootId)), asked.map(({ device }) => device.key_pin), asked.map(({ ref }) => ref ?? null)],
      ...[MAX_UNCONSUMED - 1, TICKET_TTL_MS],
    ],
  );
  await noteIssued(tx, asked.filter(({ audience }) => audience === 'session'));
}

/** One entry for the tickets of an hour: a controller that flaps must not push everything else out of sight. */
async function noteIssued(tx: Transaction, asked: readonly NewTicket[]): Promise<void> {
  const notes = asked.map(({ device, remoteAddress }) => {
    const address = plainText(remoteAddress);
    return { controllerId: device.id, text: explain('ticket_issued', `Got a ticket for a connection, from ${address}`), facts: { address } };
  });
  await noteRarelyEach(tx, 'ticket_issued', notes);
}
