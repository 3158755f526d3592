import { DomainError, type ReplyOf, type RequestOf, SUBPROTOCOL } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { Clock } from '../../clock.js';
import { Admission } from './admission.js';
import { CredentialRefusals } from './credential-refusals.js';
import { DeviceCredentials, type DeviceRow, slotOf } from './device-credentials.js';
import { digestOf } from './digest.js';
import { TICKET_TTL_MS, TicketWriting } from './ticket-writing.js';

type IssueRequest = RequestOf<'tickets.issue'>;
type Issued = ReplyOf<'tickets.issue'>;

/** A secret that changes while it is presented is looked at once more. */
const ATTEMPTS = 2;

/** Exchanges a device secret for a ticket of one connection. */
@Injectable()
export class DeviceTickets {
  constructor(
    private readonly credentials: DeviceCredentials,
    private readonly refusals: CredentialRefusals,
    private readonly writing: TicketWriting,
    private readonly admission: Admission,
    private readonly clock: Clock,
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
      const { audience, bootId, remoteAddress, ref } = request;
      const isWritten = await this.writing.write({ device, digest, ticket, audience, subprotocol, bootId, remoteAddress, ref });
      if (isWritten) return { ticket, ttlMs: TICKET_TTL_MS, subprotocol, serverTime: this.clock.now(), retry: this.admission.retry };
    }
    throw refused();
  }

  /** @throws DomainError CREDENTIAL_REFUSED, after it was noted */
  private async judge(request: IssueRequest, digest: Buffer): Promise<DeviceRow> {
    const device = await this.credentials.read(request.deviceId);
    const slot = slotOf(device, digest);
    if (device !== undefined && device.status !== 'revoked' && (slot === 'present' || slot === 'next')) {
      const problem = problemWithKey(device, request);
      if (problem === null) return device;
      await this.refusals.noteKey(device, problem, request.remoteAddress);
      throw refused();
    }
    if (device !== undefined) await this.refusals.noteSecret(device, slot, request.remoteAddress);
    throw refused();
  }
}

/** A stolen secret is not enough where a key was pinned: the TLS handshake has to prove the same key. */
function problemWithKey({ key_pin }: DeviceRow, { keyPin, isKeyRequired }: IssueRequest): string | null {
  if (key_pin === null) return isKeyRequired === true ? 'The gateway wants a key of every controller, and it was enrolled without one. Claim it anew with its certificate.' : null;
  if (keyPin != null && key_pin.equals(Buffer.from(keyPin, 'base64url'))) return null;
  return keyPin == null ? 'Its secret was right, but it showed no client certificate.' : 'Its secret was right, but its client certificate has another key than at its enrolment.';
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
