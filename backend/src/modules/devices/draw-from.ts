import { randomBytes } from 'node:crypto';

/** Feeds random bytes to a pure draw until they suffice: practically always the first time. */
export function drawFrom(draw: (bytes: Uint8Array) => string | null): string {
  for (;;) {
    const drawn = draw(randomBytes(32));
    if (drawn !== null) return drawn;
  }
}
