import type { GatewayClock } from '../src/index.js';

/** Both clocks of a gateway, moved by the test alone. */
export class StoppedClock implements GatewayClock {
  #wall = Date.UTC(2026, 10, 23, 12, 0, 0);
  #monotonic = 1_000_000;

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  advance(ms: number): void {
    this.#wall += ms;
    this.#monotonic += ms;
  }
}
