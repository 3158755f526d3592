import type { GatewayClock } from '../clock.js';
import type { SessionRegistry } from './session-registry.js';

const PERIOD_MS = 25;

/** One timer for all sessions: each says when it wants its next tick, so that ten thousand idle ones cost a comparison each. */
export class SessionTicker {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly clock: GatewayClock,
    private readonly registry: SessionRegistry,
  ) {}

  start(): void {
    this.#timer = setInterval(() => this.#tick(), PERIOD_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = this.clock.monotonic();
    for (const session of this.registry.open()) if (session.dueAt <= now) session.input({ type: 'tick' });
  }
}
