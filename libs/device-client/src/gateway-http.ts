import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { DEVICE_LIMITS, SUBPROTOCOL, enrolResponse, pointListResponse, problem, ticketResponse } from '@cupola/contracts';
import type { DevicePoint, TicketAudience } from '@cupola/contracts';
import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import type { Credential } from './credentials.js';
import { retryAfterMs } from './retry-after.js';

export type Ticket = z.infer<typeof ticketResponse>;
export type PointListReceipt = z.infer<typeof pointListResponse>;

const REQUEST_TIMEOUT_MS = 15_000;
/** A refusal explains itself in less. */
const MAX_PROBLEM_BYTES = 64 * 1024;

/** The gateway answered, and the answer is no. `code` is the refusal's stable word (e.g. `CREDENTIAL_REFUSED`), empty where there is none. */
export class GatewayRefusal extends Error {
  override readonly name = 'GatewayRefusal';

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    /** Milliseconds of the Retry-After header; null without one. */
    readonly retryAfterMs: number | null,
  ) {
    super(detail);
  }
}

/** What a controller tells of itself when it is claimed. */
export interface Enrolment {
  readonly slot: string;
  /** The 8 letters that people type, or the code from the QR. */
  readonly claimCode: string;
  /** Printed on the box: a technician compares it when confirming. */
  readonly serial: string;
  readonly model?: string;
  readonly firmware?: string;
}

/**
 * `POST /device/v1/enrol`: trades a claim code for the controller's identity and secret, which is given once.
 * Throws GatewayRefusal (401 wrong, used or expired code; 429 too many tries) or the network's error.
 */
export async function enrol(gateway: string, enrolment: Enrolment): Promise<Credential> {
  const answer = await ask(gateway, '/device/v1/enrol', { method: 'POST', body: enrolment });
  return enrolResponse.parse(answer);
}

/** What a ticket is asked for; `ref` names the document of audience `document`. */
export interface Purpose {
  readonly audience: TicketAudience;
  readonly ref?: string;
}

/** `POST /device/v1/tickets`: a ticket for one session, for one upload of the point list, or for one document. */
export async function requestTicket(
  gateway: string,
  credential: Credential,
  bootId: string,
  purpose: Purpose = { audience: 'session' },
  signal?: AbortSignal,
): Promise<Ticket> {
  const basic = Buffer.from(`${credential.deviceId}:${credential.secret}`).toString('base64');
  const answer = await ask(gateway, '/device/v1/tickets', {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: { protocols: [SUBPROTOCOL], bootId, ...purpose },
    signal,
  });
  return ticketResponse.parse(answer);
}

/** `PUT /device/v1/points` with a ticket of audience `points`. The answer names the revision that HELLO repeats. */
export async function putPoints(gateway: string, ticket: string, points: readonly DevicePoint[], signal?: AbortSignal): Promise<PointListReceipt> {
  const answer = await ask(gateway, '/device/v1/points', {
    method: 'PUT',
    headers: { authorization: `Ticket ${ticket}` },
    body: { points },
    signal,
  });
  return pointListResponse.parse(answer);
}

/** `GET /device/v1/documents/{ref}` with a ticket for it: the bytes as they came. Throws when more than `size` of them come, or when they break off. */
export function getDocument(gateway: string, ref: string, ticket: string, size: number, signal?: AbortSignal): Promise<Buffer> {
  const headers = { authorization: `Ticket ${ticket}` };
  return askBytes(gateway, `/device/v1/documents/${ref}`, { method: 'GET', headers, signal, maxBytes: Math.max(size, MAX_PROBLEM_BYTES) });
}

interface Question {
  readonly method: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** More than this is not taken in. */
  readonly maxBytes?: number;
}

interface Answer {
  readonly status: number;
  readonly retryAfter: number | null;
  readonly body: Buffer;
}

async function ask(gateway: string, path: string, question: Question): Promise<unknown> {
  return JSON.parse((await askBytes(gateway, path, question)).toString('utf8')) as unknown;
}

async function askBytes(gateway: string, path: string, question: Question): Promise<Buffer> {
  const answer = await exchange(new URL(path, gateway), question);
  if (answer.status < 200 || answer.status > 299) throw refusalOf(answer);
  return answer.body;
}

/** A connection of its own for each question: a controller that stops leaves no idle socket behind. */
function exchange(url: URL, { method, headers = {}, body, signal, maxBytes = DEVICE_LIMITS.maxDocumentBytes }: Question): Promise<Answer> {
  const sent = body === undefined ? null : Buffer.from(JSON.stringify(body));
  const signals = [AbortSignal.timeout(REQUEST_TIMEOUT_MS), ...(signal === undefined ? [] : [signal])];
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method,
      agent: false,
      signal: AbortSignal.any(signals),
      headers: { ...(sent === null ? {} : { 'content-type': 'application/json', 'content-length': sent.length }), ...headers },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      collect(response, maxBytes).then((said) => resolve({ status: response.statusCode ?? 0, retryAfter: retryAfterMs(response.headers, Date.now()), body: said }), reject);
    });
    request.end(sent ?? undefined);
  });
}

/** Leaving the loop early closes the connection: nobody fills this controller's memory. */
async function collect(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refusalOf({ status, retryAfter, body }: Answer): GatewayRefusal {
  const details = problem.partial().safeParse(parseOrNull(body.toString('utf8')));
  const { code = '', detail, title } = details.success ? details.data : {};
  const reason = detail ?? title ?? `the gateway answered ${status}`;
  return new GatewayRefusal(status, code, reason, retryAfter);
}

function parseOrNull(said: string): unknown {
  try {
    return JSON.parse(said) as unknown;
  } catch {
    // A proxy in between answers with a page of its own: its status is all that there is to know.
    return null;
  }
}
