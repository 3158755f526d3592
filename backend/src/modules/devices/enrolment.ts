import { DomainError, type ReplyOf, type RequestOf } from '@cupola/contracts';
import { CLOSE_CODES, isTypedClaimCode, normalizeClaimCode, normalizeSlotId, type ControllerStatus } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { ClaimCodes } from './claim-codes.js';
import { digestOf } from './digest.js';
import { GuessLimit } from './guess-limit.js';
import { LinkChanges } from './link-changes.js';
import { plainText } from './plain-text.js';
import { SessionClosing } from './session-closing.js';
import { explain } from './session-doctor.js';
import { type Facts, noteEvent, noteRarely } from './timeline.js';

type EnrolRequest = RequestOf<'devices.enrol'>;
type Enrolled = ReplyOf<'devices.enrol'>;

interface SlotRow {
  id: string;
  site_id: string;
  name: string;
  slot: string;
  status: ControllerStatus;
  serial: string | null;
  credential_version: number;
  code_hmac: Buffer | null;
  qr_hmac: Buffer | null;
  tries_left: number | null;
  is_open: boolean | null;
}

/** Why a claim was refused, for the technician's eyes only. */
interface ClaimProblem {
  text: string;
  facts: Facts;
}

const REFUSED = 'Slot and claim code do not fit, or the code has expired. Ask for a new code.';

/** Turns a claim code into a device secret. A second enrolment of the same slot keeps its id, points and streams. */
@Injectable()
export class Enrolment {
  private readonly guesses = new GuessLimit();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly claims: ClaimCodes,
    private readonly sessions: SessionClosing,
    private readonly links: LinkChanges,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws DomainError CLAIM_REFUSED, CLAIM_EXHAUSTED, TOO_MANY_ATTEMPTS */
  async enrol(request: EnrolRequest): Promise<Enrolled> {
    const code = normalizeClaimCode(request.claimCode);
    // The QR's 128 bits cannot be guessed, so that guessers do not lock out technicians who scan.
    if (isTypedClaimCode(code)) await this.guesses.check();
    const outcome = await this.unitOfWork.run((tx) => this.judge(tx, { ...request, claimCode: code }));
    if (outcome instanceof DomainError) {
      if (isTypedClaimCode(code)) await this.guesses.charge();
      // Thrown after the commit: the spent try must stay spent.
      throw outcome;
    }
    return outcome;
  }

  private async judge(tx: Transaction, request: EnrolRequest): Promise<Enrolled | DomainError> {
    const row = await readSlot(tx, normalizeSlotId(request.slot));
    if (row === undefined || row.code_hmac === null || row.qr_hmac === null || row.status === 'revoked') {
      return new DomainError('CLAIM_REFUSED', REFUSED);
    }
    if (row.tries_left === 0) {
      const problem = { text: 'Another attempt after five wrong claim codes. Issue a new code.', facts: { why: 'exhausted' } };
      await this.noteRefusal(tx, row, request, 'CLAIM_EXHAUSTED', problem);
      return new DomainError('CLAIM_EXHAUSTED', 'This code was guessed wrong too often and is dead. Ask for a new code.');
    }
    const problem = this.findProblem(row, request) ?? (await findSerialOwner(tx, row, request.serial));
    if (problem !== null) {
      await tx.query('UPDATE claim_codes SET tries_left = tries_left - 1 WHERE controller_id = $1', [row.id]);
      await this.noteRefusal(tx, row, request, 'CLAIM_REFUSED', {
        text: `${problem.text} ${triesLeft(row)}`,
        facts: { ...problem.facts, left: (row.tries_left ?? 1) - 1 },
      });
      return new DomainError('CLAIM_REFUSED', REFUSED);
    }
    return this.accept(tx, row, request);
  }

  private findProblem(row: SlotRow, request: EnrolRequest): ClaimProblem | null {
    if (row.is_open !== true) return { text: 'The claim code had expired.', facts: { why: 'expired' } };
    const stored = { codeHmac: row.code_hmac ?? Buffer.alloc(32), qrHmac: row.qr_hmac ?? Buffer.alloc(32) };
    if (!this.claims.matches(row.slot, request.claimCode, stored)) return { text: 'A wrong claim code was entered.', facts: { why: 'wrong_code' } };
    // After the first enrolment another serial is a replaced box, which the technician confirms anew.
    if (row.credential_version === 0 && row.serial !== null && row.serial !== request.serial) {
      return {
        text: `The code was right, but the box says serial ${request.serial}; ${row.serial} was registered. Check that it is the right box.`,
        facts: { why: 'other_serial', serial: request.serial, expected: row.serial },
      };
    }
    return null;
  }

  private async accept(tx: Transaction, row: SlotRow, request: EnrolRequest): Promise<Enrolled> {
    const secret = randomBytes(32).toString('base64url');
    const isAgain = row.credential_version > 0;
    await this.sessions.close(tx, row.id, CLOSE_CODES.revoked, 'claimed anew').then((closed) =>
      this.links.offline(tx, closed.map(({ sessionId }) => sessionId), 'awaiting_confirmation', 'Claimed anew: the old secret stopped working.', { why: 'claimed_anew' }),
    );
    const text = explain('enrolled', `Enrolled as serial ${request.serial}${isAgain ? ': it got a new secret, and the old one stopped working' : ''}`);
    await tx.query(
      `UPDATE controllers SET status = 'pending', secret_hash = $2, secret_since = now(), credential_version = credential_version + 1,
         next_secret_hash = NULL, rotation_salt = NULL, rotation_started_at = NULL, rotation_handed_at = NULL, old_secret_hash = NULL, degraded_since = NULL,
         serial = $3, model = $4, firmware = $5, reason = 'awaiting_confirmation', detail = $6, since = now(),
         confirmed_at = NULL, confirmed_by = NULL, key_pin = $7
       WHERE id = $1`,
      [row.id, digestOf(secret), request.serial, plainText(request.model), plainText(request.firmware), text, request.keyPin == null ? null : Buffer.from(request.keyPin, 'base64url')],
    );
    await tx.query('DELETE FROM claim_codes WHERE controller_id = $1', [row.id]);
    await noteEvent(tx, row.id, 'enrolled', text, { serial: request.serial, ...(isAgain ? { why: 'again' } : {}) });
    await this.links.announce(tx, [row.id]);
    await this.audit.record(tx, {
      ...entryFor(row, request),
      result: 'done',
      before: { status: row.status, serial: row.serial },
      after: { status: 'pending', serial: request.serial, model: request.model, firmware: request.firmware },
    });
    return { deviceId: row.id, secret };
  }

  private async noteRefusal(tx: Transaction, row: SlotRow, request: EnrolRequest, code: 'CLAIM_REFUSED' | 'CLAIM_EXHAUSTED', { text, facts }: ClaimProblem) {
    const note = code === 'CLAIM_EXHAUSTED' ? noteRarely : noteEvent;
    await note(tx, row.id, 'claim_refused', text, facts);
    await this.audit.record(tx, { ...entryFor(row, request), result: 'refused', code, reason: text });
  }
}

/** Locks first and reads then: a join under the lock would still show the tries of before another guess. */
async function readSlot(tx: Transaction, slot: string): Promise<SlotRow | undefined> {
  await tx.query('SELECT id FROM controllers WHERE slot = $1 FOR NO KEY UPDATE', [slot]);
  const [row] = await tx.query<SlotRow>(
    `SELECT c.id, c.site_id, c.name, c.slot, c.status, c.serial, c.credential_version, k.code_hmac, k.qr_hmac, k.tries_left,
       k.expires_at > now() AS is_open
     FROM controllers c LEFT JOIN claim_codes k ON k.controller_id = c.id
     WHERE c.slot = $1`,
    [slot],
  );
  return row;
}

/** A serial belongs to one controller of a site. */
async function findSerialOwner(tx: Transaction, row: SlotRow, serial: string): Promise<ClaimProblem | null> {
  const [owner] = await tx.query<{ name: string }>(
    `SELECT name FROM controllers WHERE site_id = $1 AND serial = $2 AND id <> $3 AND status <> 'revoked'`,
    [row.site_id, serial, row.id],
  );
  if (owner === undefined) return null;
  return { text: `The code was right, but serial ${serial} already belongs to ${owner.name}.`, facts: { why: 'serial_taken', serial, owner: owner.name } };
}

function triesLeft(row: SlotRow): string {
  const left = (row.tries_left ?? 1) - 1;
  if (left === 0) return 'The code is dead now: issue a new one.';
  return left === 1 ? 'One try is left.' : `${left} tries are left.`;
}

function entryFor(row: SlotRow, request: EnrolRequest) {
  return {
    actor: { system: `controller ${row.name}`, address: request.remoteAddress },
    operation: 'controller.enrol',
    target: `controller ${row.name}`,
    targetId: row.id,
    chainKey: row.id,
  };
}
