import { encodeQuality } from '@cupola/domain';
import { monotonic, type DeviceClock } from './clock.js';
import type { LinkClock } from './link-clock.js';
import type { SendStream, StoredFrame } from './stream.js';

const SUSPECT = encodeQuality('GOOD', ['suspectTime']);

/** The instant under which a value is kept: epoch milliseconds, or with `boot` milliseconds since that boot. */
export interface SourceInstant {
  readonly at: number;
  readonly boot: string | null;
}

/**
 * The times of samples, with a clock and without. A controller without one counts from its boot; as soon as the server has
 * told it the time once, what it measures is kept with that time. What it measured in an earlier boot in which nobody told
 * it the time is dated as if the two boots had followed each other at once, the latest that it can be, and marked as suspect.
 */
export class FrameTimes {
  readonly #bootedAt: number;

  constructor(
    private readonly clock: DeviceClock,
    private readonly link: LinkClock,
    readonly bootId: string,
    readonly hasClock: boolean,
  ) {
    this.#bootedAt = monotonic(clock);
  }

  get uptimeMs(): number {
    return Math.round(monotonic(this.clock) - this.#bootedAt);
  }

  now(): SourceInstant {
    if (this.hasClock) return { at: Math.round(this.clock.now()), boot: null };
    return this.link.offsetMs === null ? { at: this.uptimeMs, boot: this.bootId } : { at: this.link.serverNow(), boot: null };
  }

  /** What has to be added to a frame's times on the wire, and the quality bits that its rows get on top. */
  of({ boot }: StoredFrame, stream: SendStream & { endOfBoot?(boot: string): number | null }): { shift: number; suspect: number } {
    const isEarlier = boot !== undefined && boot !== this.bootId;
    const sinceBoot = isEarlier ? -(stream.endOfBoot?.(boot) ?? 0) : 0;
    const suspect = isEarlier ? SUSPECT : 0;
    if (boot === undefined) return { shift: this.hasClock ? 0 : -this.#bootOnServer(), suspect };
    return { shift: this.hasClock ? sinceBoot + Math.round(this.clock.now()) - this.uptimeMs : sinceBoot, suspect };
  }

  /** Server time at which this boot began. */
  #bootOnServer(): number {
    return this.link.serverNow() - this.uptimeMs;
  }
}
