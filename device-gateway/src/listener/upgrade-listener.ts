import { DEVICE_LIMITS, SUBPROTOCOL } from '@cupola/contracts';
import type { ReplyOf } from '@cupola/contracts';
import type { MessageBus } from '@cupola/messaging';
import type { IncomingMessage, Server } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { GatewayMetrics } from '../metrics.js';
import type { Caller } from './caller.js';
import type { Doorkeeper } from './doorkeeper.js';
import type { ExposedTickets } from './exposed-tickets.js';
import { readHandshake } from './read-handshake.js';
import type { HttpRefusal } from './refusal.js';
import { notReady, problemOf, refusalOf } from './refusal.js';

const CONSUME_WITHIN_MS = 5_000;
const MAX_FRAGMENTS = 64;

export type Admission = ReplyOf<'tickets.consume'>;
export interface UpgradeOptions {
  gatewayId: string;
  door: Doorkeeper;
  /** Those of some site are checked against the controller's own when its ticket is consumed. */
  origins: { ofEverySite: readonly string[]; ofSomeSite: () => readonly string[] };
  /** A ticket was consumed and the socket stands. */
  onSession: (socket: WebSocket, admission: Admission) => void;
  /** A ticket was consumed, but its socket is gone. */
  onLost: (admission: Admission) => void;
}

/** Takes upgrade requests: a WebSocket exists only after everything about them was checked. */
export class UpgradeListener {
  #isOpen = true;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: DEVICE_LIMITS.maxFrameBytes,
    maxFragments: MAX_FRAGMENTS,
    perMessageDeflate: false,
    // Sessions answer pings themselves, because a flood of them has to count.
    autoPong: false,
    handleProtocols: () => SUBPROTOCOL,
  });

  constructor(
    private readonly bus: MessageBus,
    private readonly caller: Caller,
    private readonly exposed: ExposedTickets,
    private readonly metrics: GatewayMetrics,
    private readonly log: Logger,
    private readonly options: UpgradeOptions,
  ) {}

  listen(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => void this.#upgrade(request, socket, head));
  }

  /** From now on every upgrade is refused with 503. */
  refuseAll(): void {
    this.#isOpen = false;
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // First of all: a reset while the database is asked would otherwise be an uncaught exception.
    socket.on('error', destroyIt);
    const refusal = await this.#admit(request, socket, head).catch((error: unknown) => this.#unforeseen(error));
    if (refusal === null) return;
    this.metrics.handshake(refusal.status);
    this.log.info({ remoteAddress: this.caller.addressOf(request), status: refusal.status, detail: refusal.detail }, 'upgrade refused');
    refuse(socket, refusal);
  }

  async #admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<HttpRefusal | null> {
    const exposed = await this.exposed.burn(request);
    if (exposed !== null) return exposed;
    if (!this.#isOpen) return notReady();
    const reading = readHandshake(request, [...this.options.origins.ofEverySite, ...this.options.origins.ofSomeSite()]);
    if ('refusal' in reading) return reading.refusal;
    const consumed = await this.#consume(reading.ticket, request);
    if ('refusal' in consumed) return consumed.refusal;
    const { admission } = consumed;
    if (socket.destroyed || !socket.writable || !socket.readable || !this.#isOpen) {
      this.options.onLost(admission);
      return notReady();
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      // The WebSocket listens itself from here on.
      socket.off('error', destroyIt);
      this.metrics.handshake(101);
      this.options.onSession(webSocket, admission);
    });
    return null;
  }

  async #consume(ticket: string, request: IncomingMessage): Promise<{ admission: Admission } | { refusal: HttpRefusal }> {
    try {
      const { door, gatewayId } = this.options;
      const facts = this.caller.identify(request);
      const body = { ticket, subprotocol: SUBPROTOCOL, gatewayId, ...facts, origin: this.#originOf(request) };
      return { admission: await door.pass(facts.remoteAddress, ticket, () => this.bus.request('tickets.consume', body, { timeoutMs: CONSUME_WITHIN_MS })) };
    } catch (error) {
      return { refusal: refusalOf(error) ?? this.#unforeseen(error) };
    }
  }

  /** The origin whose site is to be asked; null when there is none, or it is allowed everywhere. */
  #originOf({ headers }: IncomingMessage): string | null {
    const { origin } = headers;
    return origin === undefined || this.options.origins.ofEverySite.includes(origin) ? null : origin;
  }

  #unforeseen(error: unknown): HttpRefusal {
    this.log.error({ err: error }, 'an upgrade failed');
    return { status: 500, code: 'INTERNAL', detail: 'The server failed.' };
  }
}

function destroyIt(this: Duplex): void {
  this.destroy();
}

/** Answers on the bare socket: there is no response object for an upgrade. */
function refuse(socket: Duplex, refusal: HttpRefusal): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(problemOf(refusal));
  const headers = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`,
    'Connection: close',
    'Cache-Control: no-store',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(refusal.retryAfter === undefined ? [] : [`Retry-After: ${refusal.retryAfter}`]),
    ...(refusal.detail.includes('Sec-WebSocket-Version') ? ['Sec-WebSocket-Version: 13'] : []),
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`);
}
