import { ExpressAdapter } from '@nestjs/platform-express';
import { createServer } from 'node:http';

const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
const MAX_HEADER_BYTES = 8 * 1024;
/** Timeouts are looked at this often; Node's default of 30 s would let slow headers live six times their time. */
const CHECK_INTERVAL_MS = 500;

/** Nest's Express adapter with the limits of the device protocol, which it has no option for. */
export class GatewayHttpAdapter extends ExpressAdapter {
  override initHttpServer(): void {
    this.httpServer = createServer(
      {
        maxHeaderSize: MAX_HEADER_BYTES,
        headersTimeout: HEADERS_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        connectionsCheckingInterval: CHECK_INTERVAL_MS,
      },
      this.getInstance(),
    );
  }
}
