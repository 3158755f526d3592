import { DomainError, type ReplyOf, type RequestOf, SUBPROTOCOL } from '@cupola/contracts';
import type { ControllerStatus } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Clock } from '../../clock.js';
import { Database } from '../../database/database.js';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { Admission } from './admission.js';
import { digestOf } from './digest.js';
import { requireDocument } from './documents.js';
import { LinkChanges } from './link-changes.js';
import { plainText } from './plain-text.js';
import { Rotation } from './rotation.js';
import { explain } from './session-doctor.js';
import { noteRarely } from './timeline.js';

type IssueRequest = RequestOf<'tickets.issue'>;
type Issued = ReplyOf<'tickets.issue'>;

interface DeviceRow {
  id: string;
  name: string;
  site_id: string;
  status: ControllerStatus;
  secret_hash: Buffer | null;
  next_secret_hash: Buffer | null;
  old_secret_hash: Buffer | null;
  credential_version: number;
  key_pin: Buffer | null;
}

const TICKET_TTL_MS = 30_000;
const MAX_UNCONSUMED = 3;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** A secret that changes while it is presented is looked at once more. */
const ATTEMPTS = 2;
/** `old`: valid before the last rotation. */
const SLOTS = ['present', 'next', 'old'] as const;
type SecretSlot = (typeof SLOTS)[number];
const COLUMN = { present: 'secret_hash', next: 'next_secret_hash', old: 'old_secret_hash' } as const;
/** Compared with when there is no such device, so that an unknown id takes as long as a wrong secret. */
const NOBODY = Buffer.alloc(32);

/** Exchanges a device secret for a ticket of one connection. */
@Injectable()
export class DeviceTickets {
  constructor(
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly links: LinkChanges,
    private readonly admission: Admission,
    private readonly rotation: Rotation,
  ) {}

  /**
   * The secret is judged without a lock: strangers who know an id must not keep its controller waiting. Only then its buckets are
   * charged, and only then anything is written.
   * @throws DomainError CREDENTIAL_REFUSED, VALIDATION_FAILED, NOT_FOUND, TOO_MANY_ATTEMPTS, OVERLOADED
   */
  async issue(request: IssueRequest): Promise<Issued> {
    const digest = digestOf(request.secret);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const device = await this.judge(request, digest);
      if (attempt === 1) await this.admission.charge(device.id, device.site_id);
      const subprotocol = subprotocolFor(request);
      const ticket = randomBytes(32).toString('base64url');
      const isWritten = await this.unitOfWork.run((tx) => this.write(tx, device, digest, { ...request, ticket, subprotocol }));
      if (isWritten) return { ticket, ttlMs: TICKET_TTL_MS, subprotocol, serverTime: this.clock.now(), retry: this.admission.retry };
    }
    throw refused();
  }

  /** @throws DomainError CREDENTIAL_REFUSED, after it was noted */
  private async judge(request: IssueRequest, digest: Buffer): Promise<DeviceRow> {
    const device = await this.read(request.deviceId);
    const slot = slotOf(device, digest);
    if (device !== undefined && device.status !== 'revoked' && (slot === 'present' || slot === 'next')) {
      const problem = problemWithKey(device, request);
      if (problem === null) return device;
      await this.unitOfWork.run((tx) => noteRarely(tx, device.id, 'bad_credential', problem, { why: 'key', address: plainText(request.remoteAddress) }));
      throw refused();
    }
    if (device !== undefined) await this.unitOfWork.run((tx) => this.noteRefusal(tx, device, slot, request.remoteAddress));
    throw refused();
  }

  /** Locked, so that two requests of one device count its tickets one after the other. @returns false when the device changed since it was judged */
  private async write(tx: Transaction, device: DeviceRow, digest: Buffer, request: IssueRequest & { ticket: string; subprotocol: string }): Promise<boolean> {
    const [current] = await tx.query<{ credential_version: number }>(
      `SELECT credential_version FROM controllers WHERE id = $1 AND status = $2 AND credential_version = $3 FOR NO KEY UPDATE`,
      [device.id, device.status, device.credential_version],
    );
    if (current === undefined) return false;
    const isNext = slotOf(device, digest) === 'next';
    if (isNext && !(await this.rotation.promote(tx, device.id, digest))) return false;
    if (request.ref !== undefined) await requireDocument(tx, device.id, request.ref);
    await retireSurplus(tx, device.id);
    await tx.query(
      `INSERT INTO tickets (hash, audience, subprotocol, controller_id, credential_version, boot_id, expires_at, key_pin, document_id)
       VALUES ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 millisecond', $8, $9)`,
      [
        ...[digestOf(request.ticket), request.audience, request.subprotocol, device.id, current.credential_version + (isNext ? 1 : 0)],
        ...[plainText(request.bootId), TICKET_TTL_MS, device.key_pin, request.ref ?? null],
      ],
    );
    if (request.audience === 'session') await noteIssued(tx, device.id, request.remoteAddress);
    return true;
  }

  private async read(deviceId: string): Promise<DeviceRow | undefined> {
    if (!UUID.test(deviceId)) return undefined;
    const [row] = await this.database.query<DeviceRow>(
      'SELECT id, name, site_id, status, secret_hash, next_secret_hash, old_secret_hash, credential_version, key_pin FROM controllers WHERE id = $1',
      [deviceId],
    );
    return row;
  }

  /** A stranger with a live device's id must not disturb the session: only a controller that is away shows the reason. */
  private async noteRefusal(tx: Transaction, device: DeviceRow, slot: SecretSlot | null, address: string): Promise<void> {
    if (slot === 'old' && device.status !== 'revoked') return this.rotation.recordOldSecret(tx, device, plainText(address));
    const isRevoked = slot !== null;
    const reason = isRevoked ? 'revoked' : 'bad_credential';
    const what = isRevoked ? 'The revoked controller asked to connect' : 'A wrong secret was presented for it';
    const text = explain(reason, `${what} from ${plainText(address)}`);
    await noteRarely(tx, device.id, reason, text, { address: plainText(address), ...(isRevoked ? { why: 'asked' } : {}) });
    if (isRevoked || device.status === 'registered') return;
    const changed = await tx.query(
      `UPDATE controllers SET reason = 'bad_credential', detail = $2 WHERE id = $1 AND link <> 'online' AND reason <> 'bad_credential' RETURNING id`,
      [device.id, text],
    );
    if (changed.length > 0) await this.links.announce(tx, [device.id]);
  }
}

/** Which of the controller's secrets has this digest. All are compared, in constant time, whichever is first. */
function slotOf(device: DeviceRow | undefined, digest: Buffer): SecretSlot | null {
  const matches = SLOTS.map((slot) => ({ slot, isMatch: timingSafeEqual(digest, device?.[COLUMN[slot]] ?? NOBODY) }));
  return matches.find(({ isMatch }) => isMatch)?.slot ?? null;
}

/** A stolen secret is not enough where a key was pinned: the TLS handshake has to prove the same key. */
function problemWithKey({ key_pin }: DeviceRow, { keyPin, isKeyRequired }: IssueRequest): string | null {
  if (key_pin === null) return isKeyRequired === true ? 'The gateway wants a key of every controller, and it was enrolled without one. Claim it anew with its certificate.' : null;
  if (keyPin != null && key_pin.equals(Buffer.from(keyPin, 'base64url'))) return null;
  return keyPin == null ? 'Its secret was right, but it showed no client certificate.' : 'Its secret was right, but its client certificate has another key than at its enrolment.';
}

/** One entry for the tickets of an hour: a controller that flaps must not push everything else out of sight. */
async function noteIssued(tx: Transaction, controllerId: string, remoteAddress: string): Promise<void> {
  const address = plainText(remoteAddress);
  await noteRarely(tx, controllerId, 'ticket_issued', explain('ticket_issued', `Got a ticket for a connection, from ${address}`), { address });
}

/** The oldest open tickets make room: a controller whose answers got lost must not wait for them to expire. */
async function retireSurplus(tx: Transaction, controllerId: string): Promise<void> {
  await tx.query(
    `UPDATE tickets SET expires_at = now() WHERE hash IN (
       SELECT hash FROM tickets WHERE controller_id = $1 AND consumed_at IS NULL AND expires_at > now()
       ORDER BY issued_at DESC, expires_at DESC OFFSET $2)`,
    [controllerId, MAX_UNCONSUMED - 1],
  );
}

function subprotocolFor({ protocols }: IssueRequest): string {
  if (protocols.includes(SUBPROTOCOL)) return SUBPROTOCOL;
  throw new DomainError('VALIDATION_FAILED', `None of the offered protocols is spoken here; offer ${SUBPROTOCOL}.`, {
    errors: [{ path: 'protocols', message: `must contain ${SUBPROTOCOL}` }],
  });
}

function refused(): DomainError {
  return new DomainError('CREDENTIAL_REFUSED', 'Device id and secret do not fit, or the device was revoked.');
}
