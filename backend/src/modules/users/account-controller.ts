import { changeOwnPassword, DomainError, me } from '@cupola/contracts';
import { permissionsHeld } from '@cupola/domain';
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import type { z } from 'zod';
import type { Actor } from '../../auth/actor.js';
import { Credentials } from '../../auth/credentials.js';
import { CurrentActor, Requires } from '../../auth/requires.js';
import { Answers } from '../../http/answers.js';
import { ZodBody } from '../../http/validation.js';
import { UserAccounts } from './user-accounts.js';
import { UserQueries } from './user-queries.js';

/** One's own account. */
@Controller('api/v1/auth')
export class AccountController {
  constructor(
    private readonly queries: UserQueries,
    private readonly accounts: UserAccounts,
    private readonly credentials: Credentials,
  ) {}

  @Get('me')
  @Requires('account.self')
  @Answers(me)
  async me(@CurrentActor() actor: Actor): Promise<z.infer<typeof me>> {
    const { id, username, name, grants } = await this.queries.byId(actor.userId);
    return { id, username, name, grants, permissions: permissionsHeld(actor.grants) };
  }

  /** All other sessions of the account end. */
  @Post('password')
  @HttpCode(204)
  @Requires('account.self')
  async changePassword(
    @CurrentActor() actor: Actor,
    @Body(new ZodBody(changeOwnPassword)) body: z.output<typeof changeOwnPassword>,
  ): Promise<void> {
    await this.credentials.check(actor.username, body.current, actor).catch(asFieldError);
    await this.accounts.setPassword(actor, actor.userId, body.password, actor.sessionId);
  }
}

/** A 401 would read as "your session is over", which it is not. */
function asFieldError(error: unknown): never {
  if (error instanceof DomainError && error.code === 'WRONG_CREDENTIALS') {
    const message = 'is not your password';
    throw new DomainError('VALIDATION_FAILED', `current: ${message}`, { errors: [{ path: 'current', message }] });
  }
  throw error;
}
