/** The gateway's two clocks, injected so that tests can stop and move them. */
export interface GatewayClock {
  /** Milliseconds since 1970, for everything that is said. */
  now(): number;
  /** Milliseconds that never step back, for everything that is waited for. */
  monotonic(): number;
}

export const systemClock: GatewayClock = { now: () => Date.now(), monotonic: () => performance.now() };
