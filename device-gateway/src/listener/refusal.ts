import type { ErrorCode, Problem } from '@cupola/contracts';
import { DomainError, ERROR_CODES } from '@cupola/contracts';
import { BusTimeout, BusUnreachable } from '@cupola/messaging';

const RETRY_AFTER_S = 5;
const RETRY_SPREAD_S = 10;

/** An answer that is not the one asked for. */
export interface HttpRefusal {
  status: number;
  code: ErrorCode;
  detail: string;
  retryAfter?: number;
  errors?: Problem['errors'];
}

/** Seconds until a client that met an absent backend asks again, spread so that they do not come back together. */
export function spreadRetryAfter(random: () => number = Math.random): number {
  return RETRY_AFTER_S + Math.floor(random() * RETRY_SPREAD_S);
}

/** The refusal that an error amounts to. Null: an unforeseen error, which belongs into the log. */
export function refusalOf(error: unknown): HttpRefusal | null {
  if (error instanceof BusUnreachable || error instanceof BusTimeout) return notReady();
  if (!(error instanceof DomainError)) return null;
  const status = ERROR_CODES[error.code];
  if (status === 503) return { ...notReady(error.extra.retryAfter), code: error.code, detail: error.message };
  return { status, code: error.code, detail: error.message, ...error.extra };
}

export function notReady(retryAfter: number = spreadRetryAfter()): HttpRefusal {
  return { status: 503, code: 'OVERLOADED', detail: 'The server is not ready. Try again later.', retryAfter };
}

/** RFC 9457 body of a refusal. */
export function problemOf({ status, code, detail, retryAfter, errors }: HttpRefusal): Problem {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return {
    type: `urn:cupola:problem:${words.replaceAll(' ', '-')}`,
    title: words.charAt(0).toUpperCase() + words.slice(1),
    status,
    detail,
    code,
    ...(errors === undefined ? {} : { errors }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}
