import { Injectable } from '@nestjs/common';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import type { DeviceRow, SecretSlot } from './device-credentials.js';
import { LinkChanges } from './link-changes.js';
import { plainText } from './plain-text.js';
import { Rotation } from './rotation.js';
import { explain } from './session-doctor.js';
import { noteRarely } from './timeline.js';

/** What is written down about secrets that were refused. */
@Injectable()
export class CredentialRefusals {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly links: LinkChanges,
    private readonly rotation: Rotation,
  ) {}

  /** The secret was right, the key beside it was not. */
  async noteKey(device: DeviceRow, problem: string, remoteAddress: string): Promise<void> {
    await this.unitOfWork.run((tx) => noteRarely(tx, device.id, 'bad_credential', problem, { why: 'key', address: plainText(remoteAddress) }));
  }

  /** `slot`: the secret was one of the controller's, but is none any more. */
  async noteSecret(device: DeviceRow, slot: SecretSlot | null, remoteAddress: string): Promise<void> {
    await this.unitOfWork.run((tx) => this.write(tx, device, slot, plainText(remoteAddress)));
  }

  /** A stranger with a live device's id must not disturb the session: only a controller that is away shows the reason. */
  private async write(tx: Transaction, device: DeviceRow, slot: SecretSlot | null, address: string): Promise<void> {
    if (slot === 'old' && device.status !== 'revoked') return this.rotation.recordOldSecret(tx, device, address);
    const isRevoked = slot !== null;
    const reason = isRevoked ? 'revoked' : 'bad_credential';
    const what = isRevoked ? 'The revoked controller asked to connect' : 'A wrong secret was presented for it';
    const text = explain(reason, `${what} from ${address}`);
    await noteRarely(tx, device.id, reason, text, { address, ...(isRevoked ? { why: 'asked' } : {}) });
    if (isRevoked || device.status === 'registered') return;
    const changed = await tx.query(
      `UPDATE controllers SET reason = 'bad_credential', detail = $2 WHERE id = $1 AND link <> 'online' AND reason <> 'bad_credential' RETURNING id`,
      [device.id, text],
    );
    if (changed.length > 0) await this.links.announce(tx, [device.id]);
  }
}
