import { ExpressAdapter } from '@nestjs/platform-express';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { GatewayConfig } from '../config/gateway-config.js';
import { readCertificate } from './certificate.js';

const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
const MAX_HEADER_BYTES = 8 * 1024;
/** Timeouts are looked at this often; Node's default of 30 s would let slow headers live six times their time. */
const CHECK_INTERVAL_MS = 500;
const HANDSHAKE_TIMEOUT_MS = 5_000;

const LIMITS = {
  maxHeaderSize: MAX_HEADER_BYTES,
  headersTimeout: HEADERS_TIMEOUT_MS,
  requestTimeout: REQUEST_TIMEOUT_MS,
  connectionsCheckingInterval: CHECK_INTERVAL_MS,
};

/** Nest's Express adapter with the limits of the device protocol, which it has no option for. */
export class GatewayHttpAdapter extends ExpressAdapter {
  constructor(private readonly config: Pick<GatewayConfig, 'tls' | 'clientKeys'>) {
    super();
  }

  override initHttpServer(): void {
    const { tls, clientKeys } = this.config;
    if (tls === null) {
      this.httpServer = createServer(LIMITS, this.getInstance());
      return;
    }
    // Controllers sign their certificates themselves: what is trusted is the pin of the key, which the handshake proves.
    const options = { requestCert: clientKeys !== 'off', rejectUnauthorized: false, handshakeTimeout: HANDSHAKE_TIMEOUT_MS };
    this.httpServer = createTlsServer({ ...LIMITS, ...options, ...readCertificate(tls) }, this.getInstance());
  }
}
