import { DomainError } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Guesses at one account from one place, and guesses at any account from one place. */
const PER_ACCOUNT = { points: 10, duration: 300 };
const PER_ADDRESS = { points: 60, duration: 300 };

/** Raised with whether this attempt is the first of a blocked series: the audit trail takes that one, not a flood. */
export class Throttled extends DomainError {
  constructor(
    retryAfter: number,
    readonly isFirst: boolean,
  ) {
    super('TOO_MANY_ATTEMPTS', `Too many failed logins. Try again in ${retryAfter} seconds.`, { retryAfter });
  }
}

/** Counts login attempts. They count before the password is checked, so that parallel guesses do not slip through. */
@Injectable()
export class LoginThrottle {
  private readonly byAccount = new RateLimiterMemory(PER_ACCOUNT);
  private readonly byAddress = new RateLimiterMemory(PER_ADDRESS);

  /** @throws Throttled */
  async count(username: string, address: string): Promise<void> {
    await consume(this.byAddress, address);
    await consume(this.byAccount, accountKey(username, address));
  }

  /** A right password clears the account's count and gives the address its attempt back. */
  async forgive(username: string, address: string): Promise<void> {
    await this.byAccount.delete(accountKey(username, address));
    await this.byAddress.reward(address);
  }
}

function accountKey(username: string, address: string): string {
  return JSON.stringify([username, address]);
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    throw new Throttled(Math.max(1, Math.ceil(error.msBeforeNext / 1000)), error.consumedPoints === limiter.points + 1);
  }
}
