import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Server } from 'socket.io';
import type { Actor } from '../auth/actor.js';
import { AllowedOrigins } from '../auth/allowed-origins.js';
import { ConsoleTickets } from '../auth/console-tickets.js';
import { refusalOf } from './refusal.js';
import type { LiveSocket } from './subscription.js';

/** Who gets a console socket: a page served from here, with a ticket that nobody used before. */
@Injectable()
export class ConsoleDoor {
  readonly #actors = new WeakMap<LiveSocket, Actor>();

  constructor(
    private readonly origins: AllowedOrigins,
    private readonly tickets: ConsoleTickets,
  ) {}

  /** Puts itself in front of every request and every connection of this server. */
  guard(server: Server): void {
    const { engine } = server;
    // `cors.origin` alone lets foreign origins in over websocket.
    engine.opts.allowRequest = (request: IncomingMessage, decide: (message: string | null, isAllowed: boolean) => void) => {
      if (this.origins.has(request.headers.origin)) return decide(null, true);
      answerForbidden(request);
      decide('this page may not connect: it is not served from this address', false);
    };
    // With websocket alone no request continues an earlier one; allowRequest is not asked about those.
    engine.use((request: IncomingMessage & { _query?: Record<string, unknown> }, _response: unknown, next: (error?: Error) => void) => {
      next(request._query?.['sid'] === undefined ? undefined : new Error('a request may not continue another'));
    });
    server.use((socket: LiveSocket, next) => {
      this.#admit(socket).then(() => next(), (error: unknown) => next(connectError(error)));
    });
  }

  /** Who a socket belongs to that `guard` let in. */
  actorOf(socket: LiveSocket): Actor | undefined {
    return this.#actors.get(socket);
  }

  async #admit(socket: LiveSocket): Promise<void> {
    const { auth, address } = socket.handshake;
    const caller = { address: address.replace(/^::ffff:/, ''), correlationId: randomUUID() };
    this.#actors.set(socket, await this.tickets.consume((auth as { ticket?: unknown }).ticket, caller));
  }
}

/** What the client's `connect_error` gets: the refusal as data, its text as message. */
function connectError(error: unknown): Error {
  const refusal = refusalOf(error) ?? { code: 'INTERNAL' as const, detail: 'the connection failed in the server' };
  return Object.assign(new Error(refusal.detail), { data: refusal });
}

/** engine.io would answer a refused upgrade with 400. */
function answerForbidden({ headers, socket }: IncomingMessage): void {
  if (headers.upgrade !== undefined) socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

