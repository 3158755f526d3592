import { DomainError } from '@cupola/contracts';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';

/** A controller needs one ticket for each connection, a flapping one some dozens a minute. */
const PER_DEVICE = { points: 60, duration: 60 };
/** Below what one backend writes (about a thousand tickets a second), so that a storm waits here and not in the database. */
const PER_SITE = { points: 400, duration: 1 };
const GLOBAL = { points: 600, duration: 1 };
/** Spread of Retry-After, so that refused controllers do not come back together. */
const JITTER_SECONDS = 5;

/** The admission valve for reconnect storms. Charged only after the secret was verified: strangers cannot empty a device's bucket. */
export class TicketBuckets {
  private readonly device = new RateLimiterMemory(PER_DEVICE);
  private readonly site = new RateLimiterMemory(PER_SITE);
  private readonly global = new RateLimiterMemory(GLOBAL);

  /** @throws DomainError TOO_MANY_ATTEMPTS, OVERLOADED */
  async charge(deviceId: string, siteId: string): Promise<void> {
    await take(this.device, deviceId, 'TOO_MANY_ATTEMPTS', 'This controller asks for tickets too often.');
    await take(this.site, siteId, 'OVERLOADED', 'Too many controllers of this site connect at once.');
    await take(this.global, 'all', 'OVERLOADED', 'Too many controllers connect at once.');
  }
}

async function take(bucket: RateLimiterMemory, key: string, code: 'TOO_MANY_ATTEMPTS' | 'OVERLOADED', detail: string): Promise<void> {
  try {
    await bucket.consume(key);
  } catch (state) {
    const waitSeconds = Math.ceil((state as RateLimiterRes).msBeforeNext / 1000);
    throw new DomainError(code, detail, { retryAfter: Math.max(1, waitSeconds) + Math.floor(Math.random() * JITTER_SECONDS) });
  }
}
