import { DomainError } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import { type Transaction, UnitOfWork } from '../database/unit-of-work.js';
import { AuditTrail } from '../modules/audit/index.js';
import { AccessTokens } from './access-tokens.js';
import type { Actor, SystemActor } from './actor.js';
import type { Caller } from './authenticator.js';
import { RefreshTokens } from './refresh-tokens.js';
import { SessionRegistry } from './session-registry.js';

export interface SessionTokens {
  accessToken: string;
  expiresIn: number;
  /** For the cookie alone. */
  refreshToken: string;
}

/** Login, refresh and logout as transactions. */
@Injectable()
export class Sessions {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly registry: SessionRegistry,
    private readonly refreshTokens: RefreshTokens,
    private readonly accessTokens: AccessTokens,
    private readonly audit: AuditTrail,
  ) {}

  async open(user: { userId: string; username: string }, caller: Caller, userAgent: string): Promise<SessionTokens> {
    return this.unitOfWork.run(async (tx) => {
      const sessionId = await this.registry.open(tx, user.userId, caller.address, userAgent);
      const refreshToken = await this.refreshTokens.issue(tx, sessionId);
      const actor: Actor = { ...user, ...caller, sessionId, grants: [] };
      await this.record(tx, actor, 'session.login', user);
      return { ...this.accessTokens.issue({ userId: user.userId, sessionId }), refreshToken };
    });
  }

  /** @throws DomainError SESSION_ENDED; a token that was used before ends its session, because somebody has a copy of it */
  async refresh(token: string, caller: Caller): Promise<SessionTokens> {
    const rotation = await this.unitOfWork.run(async (tx) => {
      const result = await this.refreshTokens.rotate(tx, token);
      if (result.outcome === 'reused') {
        await this.registry.end(tx, result.sessionId, result.userId, 'refresh token reused');
        await this.record(tx, { system: 'not logged in', ...caller }, 'session.refresh', result, 'refresh token reused');
      }
      return result;
    });
    if (rotation.outcome !== 'rotated') throw new DomainError('SESSION_ENDED', 'This session has ended. Log in again.');
    return { ...this.accessTokens.issue(rotation), refreshToken: rotation.refreshToken };
  }

  /** Ends the session that a refresh token belongs to. Nothing happens when there is none: it is over already. */
  async logoutByToken(token: string, caller: Caller): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const session = await this.refreshTokens.sessionOf(tx, token);
      if (session === null) return;
      const { sessionId, ...user } = session;
      await this.registry.end(tx, sessionId, user.userId, 'logout');
      await this.record(tx, { ...user, ...caller, sessionId, grants: [] }, 'session.logout', user);
    });
  }

  async logout(actor: Actor): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      await this.registry.end(tx, actor.sessionId, actor.userId, 'logout');
      await this.record(tx, actor, 'session.logout', actor);
    });
  }

  private async record(
    tx: Transaction,
    actor: Actor | SystemActor,
    operation: string,
    user: { userId: string; username: string },
    refusedFor?: string,
  ): Promise<void> {
    const outcome = refusedFor === undefined ? { result: 'done' as const } : { result: 'refused' as const, reason: refusedFor };
    await this.audit.record(tx, { actor, operation, target: user.username, targetId: user.userId, chainKey: user.userId, ...outcome });
  }
}
