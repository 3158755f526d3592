import type { Claim } from '@cupola/contracts';
import { CLAIM_TRIES, CLAIM_TTL_MS, claimCodeFrom, formatClaimQr } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { BackendConfig } from '../../config/backend-config.js';
import type { Transaction } from '../../database/unit-of-work.js';
import { ClaimPepper } from './claim-pepper.js';
import { drawFrom } from './draw-from.js';

/** A controller that gets a claim code. */
export interface Claimable {
  id: string;
  slot: string;
}

export interface StoredClaim {
  codeHmac: Buffer;
  qrHmac: Buffer;
}

/** Claim codes: shown once, kept as HMACs, bound to their slot. */
@Injectable()
export class ClaimCodes {
  constructor(
    private readonly config: BackendConfig,
    private readonly pepper: ClaimPepper,
  ) {}

  /** Replaces whatever codes the controllers had. Claims come back in the order of `controllers`. */
  async issue(tx: Transaction, controllers: readonly Claimable[], actorId: string, ttlMs = CLAIM_TTL_MS): Promise<Claim[]> {
    const drawn = controllers.map((controller) => ({ ...controller, ...drawCodes() }));
    const rows = await tx.query<{ controller_id: string; expires_at: Date }>(
      `INSERT INTO claim_codes (controller_id, code_hmac, qr_hmac, tries_left, expires_at, created_by)
       SELECT controller_id, code_hmac, qr_hmac, $4, now() + $5 * interval '1 millisecond', $6
       FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS drawn (controller_id, code_hmac, qr_hmac)
       ON CONFLICT (controller_id) DO UPDATE SET code_hmac = excluded.code_hmac, qr_hmac = excluded.qr_hmac,
         tries_left = excluded.tries_left, expires_at = excluded.expires_at, created_by = excluded.created_by
       RETURNING controller_id, expires_at`,
      [
        drawn.map(({ id }) => id),
        drawn.map(({ slot, claimCode }) => this.pepper.digest(slot, claimCode)),
        drawn.map(({ slot, qrCode }) => this.pepper.digest(slot, qrCode)),
        CLAIM_TRIES,
        ttlMs,
        actorId,
      ],
    );
    const ends = new Map(rows.map((row) => [row.controller_id, row.expires_at.toISOString()]));
    return drawn.map(({ id, slot, claimCode, qrCode }) => ({
      controllerId: id,
      slot,
      claimCode,
      qr: formatClaimQr({ gatewayUrl: this.config.gatewayPublicUrl, slot, code: qrCode }),
      expiresAt: ends.get(id) ?? '',
    }));
  }

  /** Compares in constant time with both codes, so that neither the kind nor the first wrong letter shows. */
  matches(slot: string, presented: string, stored: StoredClaim): boolean {
    const digest = this.pepper.digest(slot, presented);
    const isCode = timingSafeEqual(digest, stored.codeHmac);
    const isQr = timingSafeEqual(digest, stored.qrHmac);
    return isCode || isQr;
  }
}

function drawCodes(): { claimCode: string; qrCode: string } {
  return { claimCode: drawFrom(claimCodeFrom), qrCode: randomBytes(16).toString('base64url') };
}
