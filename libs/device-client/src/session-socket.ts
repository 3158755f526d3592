import { CLOSE_CODES } from '@cupola/domain';
import { SUBPROTOCOL, TICKET_PROTOCOL_PREFIX } from '@cupola/contracts';
import type { DeviceFrame } from '@cupola/contracts';
import { WebSocket } from 'ws';
import { GatewayRefusal } from './gateway-http.js';
import { parseIncoming, type Incoming } from './incoming.js';
import { retryAfterMs } from './retry-after.js';

/** How a socket ended: the close frame, or the HTTP refusal of the upgrade. */
export interface SocketEnd {
  readonly code: number;
  readonly reason: string;
  readonly refusal: GatewayRefusal | null;
}

export interface SocketListener {
  opened(): void;
  received(frame: Incoming): void;
  /** Called exactly once. */
  ended(end: SocketEnd): void;
}

const HANDSHAKE_TIMEOUT_MS = 10_000;
/** What the gateway sends is small; anything larger is not the gateway. */
const MAX_INCOMING_BYTES = 256 * 1024;
const ABNORMAL = 1006;

/** One WebSocket to the gateway, speaking frames. Deflate is never offered: it costs 20 times the memory per connection. */
export class SessionSocket {
  readonly #socket: WebSocket;
  #refusal: GatewayRefusal | null = null;
  #malformed = 0;

  constructor(url: string, ticket: string, listener: SocketListener) {
    this.#socket = new WebSocket(url, [SUBPROTOCOL, TICKET_PROTOCOL_PREFIX + ticket], {
      perMessageDeflate: false,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxPayload: MAX_INCOMING_BYTES,
    });
    const socket = this.#socket;
    socket.on('unexpected-response', (request, response) => {
      const wait = retryAfterMs(response.headers, Date.now());
      this.#refusal = new GatewayRefusal(response.statusCode ?? 0, '', `the gateway refused the session: ${response.statusCode}`, wait);
      response.resume();
      request.destroy();
      socket.terminate();
    });
    // The close event follows and carries all that there is to act on.
    socket.on('error', () => undefined);
    socket.on('open', () => listener.opened());
    socket.on('message', (data: Buffer, isBinary) => this.#read(data, isBinary, listener));
    socket.once('close', (code, reason) => listener.ended({ code: code || ABNORMAL, reason: reason.toString('utf8'), refusal: this.#refusal }));
  }

  /** Messages that were no frames of the protocol. */
  get malformed(): number {
    return this.#malformed;
  }

  send(frame: DeviceFrame): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  close(): void {
    this.#socket.close(CLOSE_CODES.goingAway);
  }

  /** Ends the connection without waiting for the other side. */
  terminate(): void {
    this.#socket.terminate();
  }

  #read(data: Buffer, isBinary: boolean, listener: SocketListener): void {
    const frame = isBinary ? null : parseIncoming(data.toString('utf8'));
    if (frame === null) this.#malformed += 1;
    else listener.received(frame);
  }
}
