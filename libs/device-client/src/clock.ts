/** Ends a timer; safe to call twice. */
export type CancelTimer = () => void;

/** Time as the controller sees it. Everything in here that waits or judges an age goes through it. */
export interface DeviceClock {
  /** Milliseconds since 1970-01-01T00:00:00Z, as far as the controller knows. */
  now(): number;
  /** Runs `run` once, after `ms`. */
  setTimeout(run: () => void, ms: number): CancelTimer;
  /** Milliseconds of a clock that nobody sets; ages are measured with it. Default: `now()`. */
  monotonic?(): number;
}

/** Longest delay that Node's timers keep; longer ones fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock: DeviceClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout(run, ms) {
    let timer: NodeJS.Timeout;
    const arm = (left: number) => {
      timer = setTimeout(() => (left > MAX_TIMER_MS ? arm(left - MAX_TIMER_MS) : run()), Math.min(left, MAX_TIMER_MS));
    };
    arm(Math.max(0, ms));
    return () => clearTimeout(timer);
  },
};

/** One instant on both clocks of a machine. */
export interface Instant {
  readonly steady: number;
  readonly wall: number;
}

export function instantOf(clock: DeviceClock): Instant {
  return { steady: monotonic(clock), wall: clock.now() };
}

/** Milliseconds since then, at least: by whichever clock has moved further, because the steady clock of a machine that slept has slept too. */
export function elapsedSince(clock: DeviceClock, { steady, wall }: Instant): number {
  return Math.max(monotonic(clock) - steady, clock.now() - wall);
}

export function monotonic(clock: DeviceClock): number {
  return clock.monotonic === undefined ? clock.now() : clock.monotonic();
}
