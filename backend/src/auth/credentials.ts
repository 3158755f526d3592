import { DomainError } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { AuditTrail } from '../modules/audit/index.js';
import type { Caller } from './authenticator.js';
import { LoginThrottle, Throttled } from './login-throttle.js';
import { isPassword } from './passwords.js';

/** Checks a username and a password, slowly and without saying which of them was wrong. */
@Injectable()
export class Credentials {
  constructor(
    private readonly database: Database,
    private readonly throttle: LoginThrottle,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws DomainError WRONG_CREDENTIALS (unknown, wrong and disabled alike), TOO_MANY_ATTEMPTS */
  async check(typedName: string, password: string, caller: Caller): Promise<{ userId: string; username: string }> {
    const username = typedName.trim().toLowerCase();
    try {
      await this.throttle.count(username, caller.address);
      const userId = await this.userWith(username, password);
      await this.throttle.forgive(username, caller.address);
      return { userId, username };
    } catch (error) {
      if (error instanceof DomainError) await this.recordRefusal(username, error, caller);
      throw error;
    }
  }

  private async userWith(username: string, password: string): Promise<string> {
    const [user] = await this.database.query<{ id: string; password_hash: string; disabled: boolean }>(
      'SELECT id, password_hash, disabled FROM users WHERE username = $1',
      [username],
    );
    const matches = await isPassword(password, user?.password_hash ?? null);
    if (user === undefined || !matches || user.disabled) {
      throw new DomainError('WRONG_CREDENTIALS', 'The user name or the password is wrong.');
    }
    return user.id;
  }

  private async recordRefusal(username: string, refusal: DomainError, caller: Caller): Promise<void> {
    if (refusal instanceof Throttled && !refusal.isFirst) return;
    await this.audit.recordRefusal({
      actor: { system: 'not logged in', ...caller },
      ...{ operation: 'session.login', target: username, targetId: null, chainKey: username, code: refusal.code },
    });
  }
}
