import { Injectable } from '@nestjs/common';
import type { CookieOptions, Request, Response } from 'express';
import { BackendConfig } from '../config/backend-config.js';
import { SESSION_HOURS } from './refresh-tokens.js';

/** The one cookie: scripts cannot read it, other sites cannot send it, and only refresh and logout look at it. */
@Injectable()
export class RefreshCookie {
  private readonly name: string;
  private readonly options: CookieOptions;

  constructor(config: BackendConfig) {
    const isSecure = config.publicUrl?.startsWith('https:') ?? false;
    // A browser stores a `__Host-` cookie only when it is Secure and for the whole host, and over plain HTTP not at all.
    this.name = isSecure ? '__Host-cupola_refresh' : 'cupola_refresh';
    this.options = { httpOnly: true, sameSite: 'strict', secure: isSecure, path: isSecure ? '/' : '/api/v1/auth' };
  }

  read(request: Request): string | null {
    const value = (request.cookies as Record<string, unknown> | undefined)?.[this.name];
    return typeof value === 'string' && value !== '' ? value : null;
  }

  write(response: Response, refreshToken: string): void {
    response.cookie(this.name, refreshToken, { ...this.options, maxAge: SESSION_HOURS * 3_600_000 });
  }

  clear(response: Response): void {
    response.clearCookie(this.name, this.options);
  }
}
