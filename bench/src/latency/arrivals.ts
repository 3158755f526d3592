import { setTimeout as after } from 'node:timers/promises';

const LOST_AFTER_MS = 15_000;
/** A doubled message follows the first one closely. */
const LINGER_MS = 250;

/** What was sent and has to arrive exactly once. One process sends and receives, so that one clock counts. */
export class Arrivals {
  readonly #sentAt = new Map<number, number>();
  #latencies: number[] = [];
  #failure: Error | undefined;

  constructor(private readonly what: string) {}

  sent(key: number): void {
    this.#sentAt.set(key, performance.now());
  }

  arrived(key: number): void {
    const sentAt = this.#sentAt.get(key);
    if (sentAt === undefined) return this.fail(new Error(`${this.what} ${key} arrived a second time, or was never sent`));
    this.#sentAt.delete(key);
    this.#latencies.push(performance.now() - sentAt);
  }

  fail(error: Error): void {
    this.#failure ??= error;
  }

  /** Milliseconds of everything sent since the last call, once all of it has arrived. @throws Error when one is lost or doubled */
  async all(): Promise<number[]> {
    const deadline = performance.now() + LOST_AFTER_MS;
    while (this.#sentAt.size > 0 && !this.#failure && performance.now() < deadline) await after(10);
    await after(LINGER_MS);
    if (this.#failure) throw this.#failure;
    if (this.#sentAt.size > 0) throw new Error(`${this.what}: ${this.#sentAt.size} did not arrive within ${LOST_AFTER_MS / 1000} s, ${[...this.#sentAt.keys()].slice(0, 5).join(', ')}`);
    return this.#latencies.splice(0);
  }
}
