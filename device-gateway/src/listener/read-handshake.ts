import { SUBPROTOCOL, TICKET_PROTOCOL_PREFIX } from '@cupola/contracts';
import type { IncomingMessage } from 'node:http';
import type { HttpRefusal } from './refusal.js';

export const SESSION_PATH = '/device/v1/session';

const KEY = /^[+/0-9A-Za-z]{22}==$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TICKET = /^[A-Za-z0-9_-]{43}$/;

type Handshake = Pick<IncomingMessage, 'method' | 'url' | 'httpVersion' | 'headers' | 'headersDistinct'>;
export type HandshakeReading = { ticket: string } | { refusal: HttpRefusal };

/** Everything about an upgrade request that needs no database: syntax, then origin, then subprotocol and ticket. */
export function readHandshake(request: Handshake, origins: readonly string[]): HandshakeReading {
  return readSyntax(request) ?? readOrigin(request, origins) ?? readProtocols(request);
}

function readSyntax({ method, url, httpVersion, headers, headersDistinct }: Handshake): HandshakeReading | null {
  if (httpVersion !== '1.1') return bad('An upgrade needs HTTP/1.1.');
  if (method !== 'GET') return bad('An upgrade is a GET request.');
  const [path] = (url ?? '').split('?');
  if (path !== SESSION_PATH) return { refusal: { status: 404, code: 'NOT_FOUND', detail: 'There is no session at this address.' } };
  if (headers.upgrade?.toLowerCase() !== 'websocket') return bad('Upgrade must be websocket.');
  const keys = headersDistinct['sec-websocket-key'] ?? [];
  if (keys.length !== 1 || !KEY.test(keys[0] ?? '')) return bad('Sec-WebSocket-Key is missing or malformed.');
  if (headers['sec-websocket-version'] !== '13') return bad('Sec-WebSocket-Version must be 13.');
  return null;
}

function readOrigin({ headersDistinct }: Handshake, origins: readonly string[]): HandshakeReading | null {
  // A controller needs no Origin. One that is there must match whole: look-alikes and "null" are someone's browser.
  const given = headersDistinct['origin'] ?? [];
  if (given.every((origin) => origins.includes(origin))) return null;
  return { refusal: { status: 403, code: 'ORIGIN_REFUSED', detail: 'Sessions from this origin are not allowed.' } };
}

function readProtocols({ headers }: Handshake): HandshakeReading {
  const header = headers['sec-websocket-protocol'];
  if (header === undefined) return bad(`Sec-WebSocket-Protocol must offer ${SUBPROTOCOL} and one ticket.`);
  const offers = header.split(',').map((offer) => offer.trim());
  if (!offers.every((offer) => TOKEN.test(offer))) return bad('Sec-WebSocket-Protocol is malformed.');
  if (new Set(offers).size !== offers.length) return bad('Sec-WebSocket-Protocol names something twice.');
  if (!offers.includes(SUBPROTOCOL)) return bad(`This gateway speaks ${SUBPROTOCOL} only.`);
  const tickets = offers.filter((offer) => offer.startsWith(TICKET_PROTOCOL_PREFIX)).map((offer) => offer.slice(TICKET_PROTOCOL_PREFIX.length));
  const [ticket] = tickets;
  if (tickets.length > 1) return bad('More than one ticket was offered.');
  if (ticket === undefined) return { refusal: { status: 401, code: 'TICKET_REFUSED', detail: 'No ticket was offered.' } };
  return TICKET.test(ticket) ? { ticket } : bad('A ticket has 43 characters of base64url without padding.');
}

function bad(detail: string): HandshakeReading {
  return { refusal: { status: 400, code: 'MALFORMED_REQUEST', detail } };
}
