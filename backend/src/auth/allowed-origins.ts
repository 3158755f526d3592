import { DomainError } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { BackendConfig } from '../config/backend-config.js';

/** The exact origins that the console is served from. Sockets and cookies are accepted from nowhere else. */
@Injectable()
export class AllowedOrigins {
  private readonly origins = new Set<string>();

  constructor(config: BackendConfig) {
    if (config.publicUrl !== null) this.origins.add(new URL(config.publicUrl).origin);
  }

  /** On loopback the bound port decides, which is known only now. */
  addLoopback(port: number): void {
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) this.origins.add(new URL(`http://${host}:${port}`).origin);
  }

  /** `null` and absent are never allowed. */
  has(origin: string | undefined): boolean {
    return origin !== undefined && this.origins.has(origin);
  }

  /**
   * For requests that a cookie speaks for. Browsers name the origin of every POST; a request without one comes from a program,
   * which no foreign page can drive.
   * @throws DomainError ORIGIN_REFUSED
   */
  require(request: Request): void {
    const origin = request.get('origin');
    const site = request.get('sec-fetch-site');
    const isForeign = origin === undefined ? site !== undefined && site !== 'same-origin' : !this.has(origin);
    if (isForeign) throw new DomainError('ORIGIN_REFUSED', 'This page may not use the session: it is not served from this address.');
  }
}
