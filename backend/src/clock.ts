/** The time of this program, milliseconds since the epoch. Injected, so that tests can move it. */
export abstract class Clock {
  abstract now(): number;

  /** Milliseconds that never step back, for rates. */
  monotonic(): number {
    return performance.now();
  }
}

export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }
}
