import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { AuditTrail } from '../modules/audit/index.js';
import { AccessTokens } from './access-tokens.js';
import type { Caller } from './authenticator.js';
import { sha256 } from './refresh-tokens.js';
import { SessionRegistry } from './session-registry.js';

/** Ends what a secret opens, because it was shown where others read: a console ticket, or the session of an access token. */
@Injectable()
export class Burning {
  constructor(
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
    private readonly tokens: AccessTokens,
    private readonly registry: SessionRegistry,
    private readonly audit: AuditTrail,
  ) {}

  async burn(secret: string, caller: Caller): Promise<void> {
    await this.database.query(
      `UPDATE tickets SET consumed_at = now() WHERE hash = $1 AND audience = 'console' AND consumed_at IS NULL`,
      [sha256(secret)],
    );
    const claims = this.tokens.read(secret);
    if (claims === null) return;
    await this.unitOfWork.run(async (tx) => {
      await this.registry.end(tx, claims.sessionId, claims.userId, 'token in an address');
      await this.audit.record(tx, {
        ...{ actor: { system: 'not logged in', ...caller }, operation: 'session.burn', target: 'session', targetId: claims.sessionId },
        ...{ chainKey: claims.userId, result: 'refused', code: 'TICKET_IN_URL' },
      });
    });
  }
}
