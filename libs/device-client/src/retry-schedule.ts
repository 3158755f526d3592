import type { RetryPolicy } from '@cupola/contracts';

/** Spacing of attempts until the gateway has pushed its own. */
export const FIRST_RETRY_POLICY: RetryPolicy = { minMs: 500, rangeMs: 1500, doublings: 5, maxMs: 60_000 };

/**
 * A session that lasted this long was stable: the next failure starts counting anew. Starting at the opening instead
 * would hammer a gateway that accepts and drops.
 */
export const STABLE_SESSION_MS = 60_000;

/**
 * How a controller spaces its attempts: delay = min + random * range, the range doubled per attempt, never above max.
 * The first attempt is spread too.
 */
export class RetrySchedule {
  #policy = FIRST_RETRY_POLICY;
  #attempts = 0;

  constructor(private readonly random: () => number) {}

  /** Attempts since the last stable session. */
  get attempts(): number {
    return this.#attempts;
  }

  use(policy: RetryPolicy): void {
    this.#policy = policy;
  }

  reset(): void {
    this.#attempts = 0;
  }

  /** Milliseconds until the next attempt. */
  next(): number {
    const { minMs, rangeMs, doublings, maxMs } = this.#policy;
    const range = rangeMs * 2 ** Math.min(this.#attempts, doublings);
    this.#attempts += 1;
    return Math.min(maxMs, minMs + this.random() * range);
  }

  /** Milliseconds until the next attempt where the failure itself asks for a longest wait. */
  slowest(): number {
    this.#attempts += 1;
    return this.#policy.maxMs * (0.5 + this.random() / 2);
  }
}
