export interface TokenBucketConfig {
  /** Tokens that a rested bucket holds. */
  capacity: number;
  /** Tokens that come back each second. */
  perSecond: number;
}

export interface TokenBucket {
  readonly tokens: number;
  /** When `tokens` was right, milliseconds of a monotonic clock. */
  readonly at: number;
}

/** A rested bucket of any size: its first use cuts it down to its capacity. One for all, because most buckets are never used. */
export const FULL_BUCKET: TokenBucket = Object.freeze({ tokens: Number.POSITIVE_INFINITY, at: 0 });

/** Takes what has arrived already and cannot be refused any more: the bucket may end up in debt. */
export function spendTokens(bucket: TokenBucket, config: TokenBucketConfig, cost: number, now: number): TokenBucket {
  const elapsed = Math.max(0, now - bucket.at);
  return { tokens: Math.min(config.capacity, bucket.tokens + (elapsed / 1000) * config.perSecond) - cost, at: Math.max(bucket.at, now) };
}

/** Milliseconds until the bucket is out of debt; 0 when it is not in debt. */
export function debtMs(bucket: TokenBucket, config: TokenBucketConfig, now: number): number {
  const { tokens } = spendTokens(bucket, config, 0, now);
  return tokens >= 0 ? 0 : Math.ceil((-tokens / config.perSecond) * 1000);
}

/** Takes one token if `kept` others stay; otherwise nothing is taken and `isTaken` is false. A clock that steps back refills nothing. */
export function takeToken(bucket: TokenBucket, config: TokenBucketConfig, now: number, kept = 0): { bucket: TokenBucket; isTaken: boolean } {
  const elapsed = Math.max(0, now - bucket.at);
  const tokens = Math.min(config.capacity, bucket.tokens + (elapsed / 1000) * config.perSecond);
  const at = Math.max(bucket.at, now);
  return tokens >= 1 + kept ? { bucket: { tokens: tokens - 1, at }, isTaken: true } : { bucket: { tokens, at }, isTaken: false };
}
