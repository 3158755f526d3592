import { DomainError, type ReplyOf, type RequestOf, SUBPROTOCOL } from '@cupola/contracts';
import type { ControllerStatus } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Clock } from '../../clock.js';
import { Database } from '../../database/database.js';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { Admission } from './admission.js';
import { LinkChanges } from './link-changes.js';
import { plainText } from './plain-text.js';
import { explain } from './session-doctor.js';
import { noteRarely } from './timeline.js';

type IssueRequest = RequestOf<'tickets.issue'>;
type Issued = ReplyOf<'tickets.issue'>;

interface DeviceRow {
  id: string;
  site_id: string;
  status: ControllerStatus;
  secret_hash: Buffer | null;
  credential_version: number;
}

const TICKET_TTL_MS = 30_000;
const MAX_UNCONSUMED = 3;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Compared with when there is no such device, so that an unknown id takes as long as a wrong secret. */
const NOBODY = Buffer.alloc(32);

export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Exchanges a device secret for a ticket of one connection. */
@Injectable()
export class DeviceTickets {
  constructor(
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly links: LinkChanges,
    private readonly admission: Admission,
  ) {}

  /**
   * The secret is judged without a lock: strangers who know an id must not keep its controller waiting. Only then its buckets are
   * charged, and only then anything is written.
   * @throws DomainError CREDENTIAL_REFUSED, VALIDATION_FAILED, TOO_MANY_ATTEMPTS, OVERLOADED
   */
  async issue(request: IssueRequest): Promise<Issued> {
    const device = await this.read(request.deviceId);
    const isRight = timingSafeEqual(digestOf(request.secret), device?.secret_hash ?? NOBODY);
    if (device === undefined || !isRight || device.status === 'revoked') {
      if (device !== undefined) await this.unitOfWork.run((tx) => this.noteRefusal(tx, device, isRight, request.remoteAddress));
      throw refused();
    }
    await this.admission.charge(device.id, device.site_id);
    const subprotocol = subprotocolFor(request);
    const ticket = randomBytes(32).toString('base64url');
    await this.unitOfWork.run((tx) => write(tx, device, { ...request, ticket, subprotocol }));
    return { ticket, ttlMs: TICKET_TTL_MS, subprotocol, serverTime: this.clock.now(), retry: this.admission.retry };
  }

  private async read(deviceId: string): Promise<DeviceRow | undefined> {
    if (!UUID.test(deviceId)) return undefined;
    const [row] = await this.database.query<DeviceRow>(
      'SELECT id, site_id, status, secret_hash, credential_version FROM controllers WHERE id = $1',
      [deviceId],
    );
    return row;
  }

  /** A stranger with a live device's id must not disturb the session: only a controller that is away shows the reason. */
  private async noteRefusal(tx: Transaction, device: DeviceRow, isRevoked: boolean, address: string): Promise<void> {
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

/** Locked, so that two requests of one device count its tickets one after the other. */
async function write(tx: Transaction, device: DeviceRow, request: IssueRequest & { ticket: string; subprotocol: string }): Promise<void> {
  const [unchanged] = await tx.query(
    `SELECT FROM controllers WHERE id = $1 AND status = $2 AND credential_version = $3 FOR NO KEY UPDATE`,
    [device.id, device.status, device.credential_version],
  );
  // Claimed anew, or revoked, since the secret was read.
  if (unchanged === undefined) throw refused();
  await retireSurplus(tx, device.id);
  await tx.query(
    `INSERT INTO tickets (hash, audience, subprotocol, controller_id, credential_version, boot_id, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 millisecond')`,
    [
      ...[digestOf(request.ticket), request.audience, request.subprotocol, device.id, device.credential_version],
      ...[plainText(request.bootId), TICKET_TTL_MS],
    ],
  );
  if (request.audience === 'session') await noteIssued(tx, device.id, request.remoteAddress);
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
