import { FULL_BUCKET, takeToken, type TokenBucket, type TokenBucketConfig } from './token-bucket.js';

/** A door that lets so many in each second, and remembers how many it has sent away. */
export interface AdmissionValve {
  bucket: TokenBucket;
  /** Refused ones that are expected back: each was given a place in this queue, which moves at the door's rate. */
  waiting: number;
}

/** How controllers space their attempts; milliseconds. Delay = min + random * range, the range doubled so often, never above max. */
export interface RetrySpacing {
  minMs: number;
  rangeMs: number;
  doublings: number;
  maxMs: number;
}

/** The longest that anybody is sent away for. */
export const LONGEST_WAIT_MS = 300_000;
/** Room between those who come back, so that the door is not asked at exactly its rate. */
const SLACK = 1.5;

/** A door that nobody has come to yet. */
export const OPEN_VALVE: AdmissionValve = Object.freeze({ bucket: FULL_BUCKET, waiting: 0 });

/** Asks to be let in. `waitMs` null: admitted; otherwise how long until this one's turn. `now` is monotonic. */
export function askAdmission(valve: AdmissionValve, config: TokenBucketConfig, now: number): { valve: AdmissionValve; waitMs: number | null } {
  const passed = (Math.max(0, now - valve.bucket.at) / 1000) * config.perSecond;
  const waiting = Math.max(0, valve.waiting - passed);
  const { bucket, isTaken } = takeToken(valve.bucket, config, now);
  if (isTaken) return { valve: { bucket, waiting }, waitMs: null };
  const queue = Math.min(waiting + 1, (LONGEST_WAIT_MS / 1000) * config.perSecond);
  return { valve: { bucket, waiting: queue }, waitMs: (queue / config.perSecond) * 1000 };
}

/**
 * Seconds to say in Retry-After: the turn, and up to half as long again, so that those refused together do not return together.
 * `random` is in [0, 1).
 */
export function retryAfterSeconds(waitMs: number, random: number): number {
  return Math.max(1, Math.ceil((waitMs / 1000) * (1 + random / 2)) + Math.floor(random * 3));
}

/** Over how long so many spread their return, so that a door of this rate lets each in at the first attempt. */
export function spreadMsFor(returning: number, perSecond: number): number {
  return Math.min(LONGEST_WAIT_MS, Math.ceil((returning / perSecond) * 1000 * SLACK));
}

/** Spacing for a crowd: the more may come back at once, the wider their first attempts are spread. */
export function spacingFor(returning: number, perSecond: number, calm: RetrySpacing): RetrySpacing {
  const rangeMs = Math.max(calm.rangeMs, spreadMsFor(returning, perSecond));
  return { ...calm, rangeMs, maxMs: Math.max(calm.maxMs, calm.minMs + rangeMs) };
}
