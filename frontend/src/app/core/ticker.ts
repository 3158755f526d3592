import { DestroyRef, Service, inject, signal } from '@angular/core';

/** Monotonic milliseconds, advancing once a second: what ages and countdowns are computed from. */
@Service()
export class Ticker {
  private readonly time = signal(performance.now());
  readonly now = this.time.asReadonly();

  constructor() {
    const timer = setInterval(() => this.time.set(performance.now()), 1000);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }
}
