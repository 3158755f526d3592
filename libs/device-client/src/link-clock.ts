import { FRAME } from '@cupola/contracts';
import type { PingFrame } from '@cupola/contracts';
import { elapsedSince, instantOf, monotonic, type DeviceClock, type Instant } from './clock.js';

/** Heartbeats without a sign of life after which the link counts as lost, here as at the gateway. */
const SILENT_HEARTBEATS = 2;

interface Sample {
  /** Server time minus monotonic time, taken at the request: the largest that it can be, so that ages are never judged too young. */
  readonly latest: number;
  /** The same, halfway between request and answer. */
  readonly likely: number;
  readonly roundTrip: number;
  readonly at: Instant;
}

/**
 * What this session knows of the server's clock and of the link's life. Ages are measured with the monotonic clock, and with
 * the wall clock where that has moved further: a frame that lay in a frozen process is old when it wakes up, whatever was done
 * to the wall clock, and the monotonic clock of a machine that slept has slept too.
 */
export class LinkClock {
  readonly #pings = new Map<number, number>();
  #count = 0;
  #sample: Sample | null = null;
  #lastPong: Instant | null = null;
  #lastHeard = 0;
  #heartbeatMs = 0;

  constructor(private readonly clock: DeviceClock) {}

  /** WELCOME arrived: its server time, and the monotonic instant at which HELLO had been sent. */
  begin(serverTime: number, helloAt: number, heartbeatMs: number): void {
    this.#pings.clear();
    this.#heartbeatMs = heartbeatMs;
    this.#sample = null;
    this.#take(serverTime, helloAt);
    this.heard();
  }

  /** A valid message arrived, whatever it was. */
  heard(): void {
    this.#lastHeard = monotonic(this.clock);
  }

  ping(): PingFrame {
    const at = monotonic(this.clock);
    this.#count += 1;
    this.#pings.set(this.#count, at);
    return [FRAME.ping, this.#count, Math.round(this.clock.now())];
  }

  pong(count: number, serverTime: number): void {
    const sentAt = this.#pings.get(count);
    // An answer to no question of this session measures nothing.
    if (sentAt === undefined) return;
    for (const older of this.#pings.keys()) if (older <= count) this.#pings.delete(older);
    this.#take(serverTime, sentAt);
  }

  get isSilent(): boolean {
    return monotonic(this.clock) - this.#lastHeard >= SILENT_HEARTBEATS * this.#heartbeatMs;
  }

  /** Server time minus this controller's wall clock in milliseconds; null before the first measurement. */
  get offsetMs(): number | null {
    return this.#sample === null ? null : this.#sample.likely + monotonic(this.clock) - this.clock.now();
  }

  /** The server's time now, as well as it is known. */
  serverNow(): number {
    return Math.round(this.#sample === null ? this.clock.now() : this.#sample.likely + monotonic(this.clock));
  }

  /** Milliseconds since the server wrote `sentAt`, at most; null when no PONG came for two heartbeats and nothing can be judged. */
  ageOf(sentAt: number): number | null {
    if (this.#sample === null || this.#lastPong === null || this.#since(this.#lastPong) >= SILENT_HEARTBEATS * this.#heartbeatMs) return null;
    const { at, latest } = this.#sample;
    return at.steady + this.#since(at) + latest - sentAt;
  }

  #since(instant: Instant): number {
    return elapsedSince(this.clock, instant);
  }

  #take(serverTime: number, askedAt: number): void {
    const at = instantOf(this.clock);
    this.#lastPong = at;
    const roundTrip = at.steady - askedAt;
    const isBetter = this.#sample === null || roundTrip <= this.#sample.roundTrip || this.#since(this.#sample.at) > SILENT_HEARTBEATS * this.#heartbeatMs;
    if (isBetter) this.#sample = { latest: serverTime - askedAt, likely: serverTime - askedAt - roundTrip / 2, roundTrip, at };
  }
}
