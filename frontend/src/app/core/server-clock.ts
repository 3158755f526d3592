import { Service, signal } from '@angular/core';

/** The server's time as far as this browser knows: a console's own clock may be minutes off. */
@Service()
export class ServerClock {
  private readonly offsetMs = signal(0);

  /** @param serverTime what the server said just now, milliseconds since the epoch */
  set(serverTime: number): void {
    this.offsetMs.set(serverTime - Date.now());
  }

  now(): number {
    return Date.now() + this.offsetMs();
  }
}
