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

/** Asks to be let in. `waitMs` null: admitted; otherwise how long until this one's turn. `now` is monotonic; `kept` tokens of the bucket stay untouched. */
export function askAdmission(valve: AdmissionValve, config: TokenBucketConfig, now: number, kept = 0): { valve: AdmissionValve; waitMs: number | null } {
  const waiting = stillWaiting(valve, config.perSecond, now);
  const { bucket, isTaken } = takeToken(valve.bucket, config, now, kept);
  if (isTaken) return { valve: { bucket, waiting }, waitMs: null };
  const queue = lengthened(waiting, config.perSecond);
  return { valve: { bucket, waiting: queue }, waitMs: (queue / config.perSecond) * 1000 };
}

/** Those refused whose turn has not come yet, in a queue that moves at this rate. */
export function stillWaiting({ bucket, waiting }: AdmissionValve, perSecond: number, now: number): number {
  return Math.max(0, waiting - (Math.max(0, now - bucket.at) / 1000) * perSecond);
}

/** The queue with one more, who does not wait forever. */
export function lengthened(waiting: number, perSecond: number): number {
  return Math.min(waiting + 1, (LONGEST_WAIT_MS / 1000) * perSecond);
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
