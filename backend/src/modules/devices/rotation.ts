import { DomainError } from '@cupola/contracts';
import { CLOSE_CODES, type ControllerStatus } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { Actor, SystemActor } from '../../auth/actor.js';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { ClaimPepper } from './claim-pepper.js';
import { unknownController } from './controller-queries.js';
import { digestOf } from './digest.js';
import { noteDoubt } from './identity-doubts.js';
import { LinkChanges } from './link-changes.js';
import { SessionClosing } from './session-closing.js';
import { explain } from './session-doctor.js';
import { noteEvent, noteRarely } from './timeline.js';

const SALT_BYTES = 16;

interface RotatingRow {
  id: string;
  name: string;
  status: ControllerStatus;
  rotation_salt: Buffer | null;
}

/**
 * The next secret of a controller. It is derived from a salt and the server's pepper instead of being kept: whatever gets lost on the
 * way, the SAME secret is handed over again, so that two slots suffice and no crash can leave a controller with a secret that nobody knows.
 */
@Injectable()
export class Rotation {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly pepper: ClaimPepper,
    private readonly sessions: SessionClosing,
    private readonly links: LinkChanges,
    private readonly audit: AuditTrail,
  ) {}

  /** Makes the next secret; the runner hands it over. One that is under way already goes on. @throws DomainError CONTROLLER_WRONG_STATUS, NOT_FOUND */
  async start(actor: Actor | SystemActor, id: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const row = await lock(tx, id);
      if (row.status !== 'active') throw new DomainError('CONTROLLER_WRONG_STATUS', `${row.name} has to be confirmed before its secret can be replaced.`);
      if (row.rotation_salt !== null) return;
      const salt = randomBytes(SALT_BYTES);
      await tx.query('UPDATE controllers SET rotation_salt = $2, next_secret_hash = $3, rotation_started_at = now() WHERE id = $1', [
        ...[id, salt, digestOf(this.secretOf(id, salt))],
      ]);
      const entry = { actor, operation: 'controller.rotate', target: `controller ${row.name}`, targetId: id, chainKey: id };
      await this.audit.record(tx, { ...entry, result: 'done' });
    });
  }

  /** 256 bits as base64url: the form of every device secret. */
  secretOf(controllerId: string, salt: Buffer): string {
    return this.pepper.digest(`rotation of ${controllerId}`, salt.toString('base64url')).toString('base64url');
  }

  /** The controller said that it keeps the secret. It is asked to come back with it: only its use ends the old one. */
  async handedOver(id: string, salt: Buffer): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const row = await lock(tx, id);
      if (row.rotation_salt?.equals(salt) !== true) return;
      await tx.query('UPDATE controllers SET rotation_handed_at = now() WHERE id = $1', [id]);
      await noteEvent(tx, id, 'rotated', 'It received a new secret. The old one stops working as soon as the new one was used.', { why: 'handed_over' });
      const closed = await this.sessions.close(tx, id, CLOSE_CODES.authenticationLapsed, 'come back with the new secret');
      await this.links.offline(tx, closed.map(({ sessionId }) => sessionId), 'drained', 'It was asked to come back with its new secret');
    });
  }

  /** The controller does not know how to change its secret, so it certainly did not. */
  async notUnderstood(id: string, salt: Buffer): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const row = await lock(tx, id);
      if (row.rotation_salt?.equals(salt) !== true) return;
      await tx.query(`UPDATE controllers SET ${NO_ROTATION} WHERE id = $1`, [id]);
      await noteEvent(tx, id, 'rotated', 'Its firmware cannot change its secret. Update it, or claim it anew.', { why: 'not_understood' });
    });
  }

  /**
   * A ticket was asked for with the next secret: from now on it is the secret, and the one before is a sign of a copy.
   * @returns false when somebody else was faster
   */
  async promote(tx: Transaction, id: string, digest: Buffer): Promise<boolean> {
    const promoted = await tx.query(
      `UPDATE controllers SET old_secret_hash = secret_hash, secret_hash = next_secret_hash, secret_since = now(),
         credential_version = credential_version + 1, ${NO_ROTATION}
       WHERE id = $1 AND next_secret_hash = $2 AND status IN ('pending', 'active') RETURNING id`,
      [id, digest],
    );
    if (promoted.length === 0) return false;
    await noteEvent(tx, id, 'rotated', 'It used its new secret; the old one stopped working.', { why: 'used' });
    return true;
  }

  /** The secret of before the last rotation came again: something still holds a copy of it. */
  async recordOldSecret(tx: Transaction, { id, name }: { id: string; name: string }, address: string): Promise<void> {
    const text = explain('old_secret', `A secret that was replaced was presented for it from ${address}, and refused`);
    await noteRarely(tx, id, 'old_secret', text, { address });
    if (await noteDoubt(tx, id, 'old_secret', text)) await this.links.announce(tx, [id]);
    const [known] = await tx.query(
      `SELECT FROM audit_records WHERE target_id = $1 AND operation = 'credential.clone' AND at > now() - interval '1 hour' LIMIT 1`,
      [id],
    );
    if (known !== undefined) return;
    const entry = { actor: { system: 'device gateway', address }, operation: 'credential.clone', target: `controller ${name}`, targetId: id, chainKey: id };
    await this.audit.record(tx, { ...entry, result: 'refused', code: 'CREDENTIAL_REFUSED', reason: text });
  }
}

const NO_ROTATION = 'next_secret_hash = NULL, rotation_salt = NULL, rotation_started_at = NULL, rotation_handed_at = NULL';

async function lock(tx: Transaction, id: string): Promise<RotatingRow> {
  const [row] = await tx.query<RotatingRow>('SELECT id, name, status, rotation_salt FROM controllers WHERE id = $1 FOR NO KEY UPDATE', [id]);
  if (row === undefined) throw unknownController();
  return row;
}
