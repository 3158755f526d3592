import { expect, it } from 'vitest';
import { afterClose } from '../src/after-failure.js';
import { RetrySchedule } from '../src/retry-schedule.js';

const DEVICES = 2_000;
const SPREAD_MS = 30_000;

/** Uniform in [0, 1), the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

it.each([
  ['announced with DRAIN', 1012, SPREAD_MS],
  ['after a crash of the gateway', 1006, null],
])('F17 2,000 devices, gateway restart %s: they come back spread, the first attempt too', (_, code, spreadMs) => {
  const waits = Array.from({ length: DEVICES }, (_unused, device) => {
    const random = seeded(device);
    const schedule = new RetrySchedule(random);
    // DRAIN says how wide, whatever the policy says; a crash has the policy alone.
    schedule.use({ minMs: 0, rangeMs: spreadMs === null ? SPREAD_MS : 1_000, doublings: 6, maxMs: 300_000 });
    return afterClose({ code, reason: '', spreadMs, retryAfterMs: null }, schedule, random).delayMs;
  });
  const tenths = Array.from({ length: 10 }, (_unused, tenth) => waits.filter((ms) => Math.min(9, Math.floor((ms / SPREAD_MS) * 10)) === tenth).length);
  expect(Math.max(...waits)).toBeLessThanOrEqual(SPREAD_MS);
  expect(Math.min(...tenths)).toBeGreaterThan(DEVICES / 10 / 2);
  expect(Math.max(...tenths)).toBeLessThan((DEVICES / 10) * 1.5);
});
