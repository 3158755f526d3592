import type { MessageBus } from '@cupola/messaging';
import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import type { HttpRefusal } from './refusal.js';
import type { RemoteAddress } from './remote-address.js';

const TICKET = /^(?:ticket\.)?([A-Za-z0-9_-]{43})$/;
const NAMES_TICKET = /ticket|token|secret/i;
/** Burning is a database statement: a query of hundreds of tickets is not worked off. */
const MAX_BURNT = 3;

/** Tickets in URLs, where access logs keep them: refused, and void from then on. */
export class ExposedTickets {
  constructor(
    private readonly bus: MessageBus,
    private readonly remote: RemoteAddress,
    private readonly log: Logger,
  ) {}

  /** Null when the request's URL carries neither ticket nor token. */
  async burn(request: IncomingMessage): Promise<HttpRefusal | null> {
    const { isFound, tickets } = ticketsInUrl(request.url ?? '');
    if (!isFound) return null;
    const remoteAddress = this.remote.of(request);
    await Promise.all(tickets.map((ticket) => this.bus.request('tickets.burn', { ticket, remoteAddress }).catch((error: unknown) => this.#unburnt(error))));
    return { status: 400, code: 'TICKET_IN_URL', detail: 'A ticket never travels in a URL, where logs keep it. This one is void now.' };
  }

  #unburnt(error: unknown): void {
    this.log.warn({ err: error }, 'a ticket that was exposed in a URL could not be burnt');
  }
}

export function ticketsInUrl(url: string): { isFound: boolean; tickets: string[] } {
  const start = url.indexOf('?');
  if (start === -1) return { isFound: false, tickets: [] };
  const entries = [...new URLSearchParams(url.slice(start + 1))];
  const tickets = entries.flatMap(([name, value]) => [name, value]).flatMap((text) => TICKET.exec(text)?.[1] ?? []);
  return { isFound: tickets.length > 0 || entries.some(([name]) => NAMES_TICKET.test(name)), tickets: tickets.slice(0, MAX_BURNT) };
}
