import type { GatewayClock } from '../clock.js';

const PERIOD_MS = 25;
/** How often all sessions are looked at. */
const SWEEP_MS = 1_000;

/** A session, as far as its ticks go. */
export interface Ticking {
  /** Monotonic time of the next tick that it wants. */
  readonly dueAt: number;
  input(input: { type: 'tick' }): void;
}

/**
 * One timer for all sessions: each says when it wants its next tick. Only those that want one soon are looked at each time, the others
 * once a second, so that ten thousand idle ones cost next to nothing.
 */
export class SessionTicker {
  #timer: NodeJS.Timeout | undefined;
  /** Monotonic. Whoever wants a tick before is among the `#soon`. */
  #sweepAt = Number.NEGATIVE_INFINITY;
  readonly #soon = new Set<Ticking>();

  constructor(
    private readonly clock: GatewayClock,
    private readonly sessions: { open(): Iterable<Ticking> },
  ) {}

  start(): void {
    this.#timer = setInterval(() => this.#tick(), PERIOD_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** The session wants its next tick then, and not when it said before. */
  expect(session: Ticking, dueAt: number): void {
    if (dueAt < this.#sweepAt) this.#soon.add(session);
  }

  #tick(): void {
    const now = this.clock.monotonic();
    if (now >= this.#sweepAt) this.#sweep(now);
    for (const session of this.#soon) {
      if (session.dueAt <= now) session.input({ type: 'tick' });
      if (session.dueAt >= this.#sweepAt) this.#soon.delete(session);
    }
  }

  #sweep(now: number): void {
    this.#sweepAt = now + SWEEP_MS;
    for (const session of this.sessions.open()) if (session.dueAt < this.#sweepAt) this.#soon.add(session);
  }
}
