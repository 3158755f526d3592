import { DomainError } from '@cupola/contracts';
import type { IncomingMessage } from 'node:http';
import type { ClientKey } from './client-key.js';
import type { RemoteAddress } from './remote-address.js';

export interface CallerFacts {
  remoteAddress: string;
  /** SHA-256 of the public key that the caller proved to hold, base64url. */
  keyPin: string | null;
}

/** Who asks, as far as the connection itself tells. */
export class Caller {
  constructor(
    private readonly remote: RemoteAddress,
    private readonly key: ClientKey,
    /** A controller without a key of its own gets nothing here. */
    readonly isKeyRequired: boolean,
  ) {}

  addressOf(request: IncomingMessage): string {
    return this.remote.of(request);
  }

  /** @throws DomainError CLIENT_KEY_REFUSED */
  identify(request: IncomingMessage): CallerFacts {
    const keyPin = this.key.of(request);
    if (keyPin === null && this.isKeyRequired) throw new DomainError('CLIENT_KEY_REFUSED', 'This gateway needs a client certificate in the TLS handshake.');
    return { remoteAddress: this.remote.of(request), keyPin };
  }
}
