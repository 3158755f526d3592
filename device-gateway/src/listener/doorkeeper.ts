import { DomainError, type ErrorCode } from '@cupola/contracts';
import { FULL_BUCKET, takeToken, type TokenBucket } from '@cupola/domain';
import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { DoorConfig } from '../config/gateway-config.js';
import { spreadRetryAfter } from './refusal.js';

/** Answers to somebody who does not have what it takes. */
const WRONG: ReadonlySet<ErrorCode> = new Set(['CREDENTIAL_REFUSED', 'TICKET_REFUSED', 'CLAIM_REFUSED', 'CLAIM_EXHAUSTED']);
/** Addresses and credentials that are remembered; the oldest are forgotten. */
const MAX_REMEMBERED = 20_000;

/**
 * Everything that strangers can make backend and its database work on passes here. An address that is wrong again and again is
 * answered here from then on, except with a credential or ticket that was right before: whoever shares the address of an attacker
 * still gets in. And only so many questions wait at a time, so that what is asked in time is answered in time.
 */
export class Doorkeeper {
  #inFlight = 0;
  #isClosed = false;
  readonly #addresses = new Map<string, TokenBucket>();
  readonly #known = new Set<string>();

  constructor(
    private readonly config: DoorConfig,
    private readonly monotonic: () => number,
    /** Sessions whose HELLO waits for backend's answer. */
    private readonly greeting: () => number,
  ) {}

  /**
   * As `pass`, for who begins to come in. Nobody new begins while as many are on their way as can be finished soon: who holds a ticket
   * goes first, or a storm would time out halfway, come back and do all of it again.
   * @throws DomainError OVERLOADED, TOO_MANY_ATTEMPTS, and what `ask` throws
   */
  async admit<T>(address: string, presented: string, ask: () => Promise<T>): Promise<T> {
    if (this.#inFlight + this.greeting() >= this.config.maxArriving) throw tooMany();
    const digest = digestOf(presented);
    const answer = await this.#pass(address, digest, ask);
    remember(this.#known, digest);
    return answer;
  }

  /** From now on everybody is sent elsewhere: this gateway is about to stop. */
  close(): void {
    this.#isClosed = true;
  }

  /**
   * Asks backend on behalf of an address. `presented`: the ticket that is used up with that, null for a claim code.
   * @throws DomainError OVERLOADED, TOO_MANY_ATTEMPTS, and what `ask` throws
   */
  async pass<T>(address: string, presented: string | null, ask: () => Promise<T>): Promise<T> {
    const digest = presented === null ? null : digestOf(presented);
    const answer = await this.#pass(address, digest, ask);
    if (digest !== null) this.#known.delete(digest);
    return answer;
  }

  async #pass<T>(address: string, digest: string | null, ask: () => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new DomainError('OVERLOADED', 'This gateway is shutting down.');
    const group = groupOf(address);
    if (digest === null || !this.#known.has(digest)) this.#requireCredit(group);
    if (this.#inFlight >= this.config.maxInFlight) throw tooMany();
    this.#inFlight += 1;
    try {
      return await ask();
    } catch (error) {
      if (error instanceof DomainError && WRONG.has(error.code)) this.#charge(group, digest);
      throw error;
    } finally {
      this.#inFlight -= 1;
    }
  }

  /** What was issued here is right when it comes back. */
  expect(ticket: string): void {
    remember(this.#known, digestOf(ticket));
  }

  #requireCredit(group: string): void {
    const { bucket, isTaken } = takeToken(this.#bucketOf(group), this.config.wrong, this.monotonic());
    if (isTaken) return;
    const waitSeconds = Math.ceil((1 - bucket.tokens) / this.config.wrong.perSecond);
    throw new DomainError('TOO_MANY_ATTEMPTS', 'This address was refused too often.', { retryAfter: waitSeconds + spreadRetryAfter() });
  }

  #charge(group: string, digest: string | null): void {
    if (digest !== null) this.#known.delete(digest);
    const { bucket } = takeToken(this.#bucketOf(group), this.config.wrong, this.monotonic());
    this.#addresses.delete(group);
    this.#addresses.set(group, bucket);
    forgetOldest(this.#addresses);
  }

  #bucketOf(group: string): TokenBucket {
    return this.#addresses.get(group) ?? FULL_BUCKET;
  }
}

function tooMany(): DomainError {
  return new DomainError('OVERLOADED', 'Too many controllers ask at once.', { retryAfter: spreadRetryAfter() });
}

/** An IPv6 customer has a whole /64 to choose addresses from. */
export function groupOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array.from({ length: zeros }, () => '0'), ...after].slice(0, 4).join(':');
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

function remember(known: Set<string>, digest: string): void {
  known.delete(digest);
  known.add(digest);
  forgetOldest(known);
}

function forgetOldest(kept: Set<string> | Map<string, unknown>): void {
  if (kept.size <= MAX_REMEMBERED) return;
  const [oldest] = kept.keys();
  if (oldest !== undefined) kept.delete(oldest);
}
