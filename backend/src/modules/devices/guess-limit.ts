import { DomainError } from '@cupola/contracts';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';

const WRONG_GUESSES = 100;
const WITHIN_SECONDS = 600;
const EVERYBODY = 'everybody';

/** Wrong claim codes over all slots: five tries at each of a thousand slots would otherwise be five thousand guesses. */
export class GuessLimit {
  private readonly wrong = new RateLimiterMemory({ points: WRONG_GUESSES, duration: WITHIN_SECONDS });

  /** @throws DomainError TOO_MANY_ATTEMPTS */
  async check(): Promise<void> {
    const state = await this.wrong.get(EVERYBODY);
    if (state === null || state.consumedPoints < WRONG_GUESSES) return;
    throw new DomainError('TOO_MANY_ATTEMPTS', 'Too many wrong claim codes in the last minutes. Try again later, or use the QR code.', {
      retryAfter: Math.ceil(state.msBeforeNext / 1000),
    });
  }

  async charge(): Promise<void> {
    // Beyond the limit the library rejects with its state; check() is what refuses.
    await this.wrong.consume(EVERYBODY).catch((state: RateLimiterRes) => state);
  }
}
