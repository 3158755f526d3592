import { CLOSE_CODES } from '@cupola/domain';
import type { GatewayRefusal } from './gateway-http.js';
import type { RetrySchedule } from './retry-schedule.js';

/** What the controller does after a session or an attempt ended. `stopped`: only a slow question remains (codes 4500 to 4999). */
export interface Plan {
  readonly kind: 'retry' | 'stopped';
  readonly delayMs: number;
}

export interface CloseContext {
  readonly code: number;
  /** The reason text of the close frame: 4429 carries seconds in it. */
  readonly reason: string;
  /** From DRAIN: how wide the gateway wants reconnects spread after a restart. */
  readonly spreadMs: number | null;
  /** From a WELCOME that rejected the controller. */
  readonly retryAfterMs: number | null;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A stolen secret must not evict the real controller for good: it asks again. */
const AFTER_SUPERSEDED_MS = 10 * MINUTE;
const STOP_BAND = { from: 4500, to: 4999 };

/** Frames or a HELLO that the gateway could not accept: repeating them quickly helps nobody. */
const OWN_FAULT: readonly number[] = [
  CLOSE_CODES.badFrame,
  CLOSE_CODES.badType,
  CLOSE_CODES.badUtf8,
  CLOSE_CODES.policy,
  CLOSE_CODES.tooBig,
  CLOSE_CODES.badHello,
];

/** Acts on the close code's band: 4000-4499 reconnect, 4500-4999 stop and ask slowly, the rest as RFC 6455 means them. */
export function afterClose(context: CloseContext, schedule: RetrySchedule, random: () => number): Plan {
  const { code } = context;
  if (code === CLOSE_CODES.superseded) return stopped(AFTER_SUPERSEDED_MS, random);
  if (code >= STOP_BAND.from && code <= STOP_BAND.to) return stopped(HOUR, random);
  if (code === CLOSE_CODES.restart && context.spreadMs !== null) return retry(random() * context.spreadMs);
  if (code === CLOSE_CODES.overloaded) return retry(schedule.slowest());
  const wait = schedule.next();
  if (OWN_FAULT.includes(code)) return retry(Math.max(wait, MINUTE * (1 + random())));
  if (code === CLOSE_CODES.notAccepted) return retry(Math.max(wait, context.retryAfterMs ?? secondsIn(context.reason) ?? 0));
  if (code === CLOSE_CODES.tooFast) return retry(Math.max(wait, secondsIn(context.reason) ?? 0));
  return retry(wait);
}

/** Acts on a refusal of the ticket endpoint, or on an attempt that never got an answer (`refusal` null). */
export function afterRefusal(refusal: GatewayRefusal | null, schedule: RetrySchedule, random: () => number): Plan {
  const wait = schedule.next();
  if (refusal === null) return retry(wait);
  if (refusal.retryAfterMs !== null) return retry(Math.max(wait, refusal.retryAfterMs));
  const isOwnFault = refusal.status >= 400 && refusal.status < 500 && refusal.status !== 429;
  return retry(isOwnFault ? Math.max(wait, MINUTE * (1 + random())) : wait);
}

function retry(delayMs: number): Plan {
  return { kind: 'retry', delayMs: Math.round(delayMs) };
}

/** Slow questions are spread by a tenth, so that a site's controllers do not ask in one beat. */
function stopped(atLeastMs: number, random: () => number): Plan {
  return { kind: 'stopped', delayMs: Math.round(atLeastMs * (1 + random() / 10)) };
}

function secondsIn(reason: string): number | null {
  const found = /\d+/.exec(reason);
  return found === null ? null : Number(found[0]) * 1000;
}
