import { consoleTicketResponse, DomainError, loginRequest, tokenResponse } from '@cupola/contracts';
import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { callerOf } from '../http/request-context.js';
import { Answers } from '../http/answers.js';
import { ZodBody } from '../http/validation.js';
import type { Actor } from './actor.js';
import { AllowedOrigins } from './allowed-origins.js';
import { Authenticator } from './authenticator.js';
import { ConsoleTickets } from './console-tickets.js';
import { Credentials } from './credentials.js';
import { RefreshCookie } from './refresh-cookie.js';
import { CurrentActor, Public, Requires } from './requires.js';
import { Sessions, type SessionTokens } from './sessions.js';

/** How people and programs get in and out. */
@Controller('api/v1/auth')
export class AuthController {
  constructor(
    private readonly credentials: Credentials,
    private readonly sessions: Sessions,
    private readonly cookie: RefreshCookie,
    private readonly origins: AllowedOrigins,
    private readonly authenticator: Authenticator,
    private readonly tickets: ConsoleTickets,
  ) {}

  @Post('login')
  @HttpCode(200)
  @Public('this is where a session begins')
  @Answers(tokenResponse)
  async login(
    @Body(new ZodBody(loginRequest)) body: z.infer<typeof loginRequest>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<z.infer<typeof tokenResponse>> {
    this.origins.require(request);
    const caller = callerOf(request);
    const user = await this.credentials.check(body.username, body.password, caller);
    return this.answer(response, await this.sessions.open(user, caller, request.get('user-agent') ?? ''));
  }

  @Post('refresh')
  @HttpCode(200)
  @Public('the refresh cookie speaks for the session')
  @Answers(tokenResponse)
  async refresh(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<z.infer<typeof tokenResponse>> {
    this.origins.require(request);
    const token = this.cookie.read(request);
    if (token === null) throw new DomainError('UNAUTHENTICATED', 'There is no session to continue. Log in.');
    return this.answer(response, await this.sessions.refresh(token, callerOf(request)));
  }

  /** Ends the session of the refresh cookie, and that of the access token. Both are over afterwards, whatever they were before. */
  @Post('logout')
  @HttpCode(204)
  @Public('a session whose access token has expired can still be ended by its cookie')
  async logout(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    this.origins.require(request);
    const caller = callerOf(request);
    const authorization = request.get('authorization');
    const token = this.cookie.read(request);
    this.cookie.clear(response);
    if (token !== null) await this.sessions.logoutByToken(token, caller);
    if (authorization !== undefined) {
      const actor = await this.authenticator.byBearer(authorization, caller).catch(goneAlready);
      if (actor !== null) await this.sessions.logout(actor);
    }
  }

  /** A single-use ticket for one connection to `/live`. */
  @Post('tickets')
  @Requires('account.self')
  @Answers(consoleTicketResponse, 201)
  async ticket(@CurrentActor() actor: Actor): Promise<z.infer<typeof consoleTicketResponse>> {
    return this.tickets.issue(actor);
  }

  private answer(response: Response, { refreshToken, ...tokens }: SessionTokens): z.infer<typeof tokenResponse> {
    this.cookie.write(response, refreshToken);
    return tokens;
  }
}

/** Logging out of a session that has ended is no error. */
function goneAlready(error: unknown): null {
  if (error instanceof DomainError && (error.code === 'SESSION_ENDED' || error.code === 'UNAUTHENTICATED')) return null;
  throw error;
}
