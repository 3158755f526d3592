import { createHash, timingSafeEqual, X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { RemoteAddress } from './remote-address.js';

/** Names the proxy to us; what it says of a client's key counts only with it. */
const PROXY_SECRET = 'x-cupola-proxy-secret';
/** RFC 9440: the certificate as DER in base64 between colons; or as nginx writes it, percent-encoded PEM. */
const CLIENT_CERT = 'client-cert';

/**
 * The key that a controller proved to hold in the TLS handshake, as SHA-256 of its SubjectPublicKeyInfo. The key and not the
 * certificate: a renewed certificate of the same key is the same controller. Who signed it does not matter, the pin stands for trust.
 */
export class ClientKey {
  constructor(
    private readonly remote: RemoteAddress,
    private readonly proxySecret: string | null,
  ) {}

  /** base64url; null when the client showed none. A header counts only from a declared proxy that knows the secret. */
  of(request: IncomingMessage): string | null {
    if (this.remote.isFromProxy(request)) return this.#isProxyProven(request) ? pinInHeader(request) : null;
    return request.socket instanceof TLSSocket ? pinOf(request.socket.getPeerX509Certificate()) : null;
  }

  #isProxyProven({ headersDistinct }: IncomingMessage): boolean {
    const given = headersDistinct[PROXY_SECRET] ?? [];
    if (this.proxySecret === null || given.length !== 1) return false;
    return timingSafeEqual(digest(given[0] ?? ''), digest(this.proxySecret));
  }
}

function pinInHeader({ headersDistinct }: IncomingMessage): string | null {
  const [value, ...more] = headersDistinct[CLIENT_CERT] ?? [];
  if (value === undefined || value === '' || more.length > 0) return null;
  try {
    const der = /^:([A-Za-z0-9+/]+={0,2}):$/.exec(value)?.[1];
    return pinOf(new X509Certificate(der === undefined ? decodeURIComponent(value) : Buffer.from(der, 'base64')));
  } catch {
    // Not a certificate: the proxy let something through that it did not check.
    return null;
  }
}

export function pinOf(certificate: X509Certificate | undefined): string | null {
  return certificate === undefined ? null : digest(certificate.publicKey.export({ type: 'spki', format: 'der' })).toString('base64url');
}

function digest(of: string | Buffer): Buffer {
  return createHash('sha256').update(of).digest();
}
