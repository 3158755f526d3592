import { DomainError } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import type { Actor } from './actor.js';
import { type AccessClaims, AccessTokens } from './access-tokens.js';
import { SessionActors } from './session-actors.js';

/** Where a request came from. */
export interface Caller {
  address: string;
  correlationId: string;
}

/** From an `Authorization` header to an actor whose session still stands. */
@Injectable()
export class Authenticator {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly actors: SessionActors,
  ) {}

  /** @throws DomainError UNAUTHENTICATED, SESSION_ENDED */
  async byBearer(header: string | undefined, caller: Caller): Promise<Actor> {
    const { sessionId, userId } = this.requireToken(header);
    const actor = await this.actors.bySession(sessionId, caller);
    if (actor === null || actor.userId !== userId) throw new DomainError('SESSION_ENDED', 'This session has ended. Log in again.');
    return actor;
  }

  /** Checks the token alone, without asking the database about its session. @throws DomainError UNAUTHENTICATED */
  requireToken(header: string | undefined): AccessClaims {
    const token = /^Bearer ([A-Za-z0-9._-]+)$/i.exec(header ?? '')?.[1];
    if (token === undefined) throw new DomainError('UNAUTHENTICATED', 'This needs an access token (Authorization: Bearer ...).');
    return this.tokens.verify(token);
  }
}
