import type { Reading } from '@cupola/contracts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { COALESCING_MS, PlaceWatch } from '../../src/live/place-watch.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A place with one point whose value counts up, watched; and when it was told, in milliseconds from the start. */
async function watched() {
  const beganAt = performance.now();
  let value = 0;
  const watch = new PlaceWatch({
    read: () => Promise.resolve([{ id: 'p', controllerId: null, link: null, staleAfterMs: 1000, isSubdeviceAway: false }]),
    judge: (): Reading => ({ value: (value += 1), quality: 'GOOD', ageMs: 0, flags: [], sourceTime: String(value) }),
    ticks: () => performance.now(),
  });
  const told: number[] = [];
  watch.add({ changed: () => told.push(Math.round(performance.now() - beganAt)) });
  await watch.reload();
  await vi.advanceTimersByTimeAsync(0);
  return { watch, told };
}

it('tells the first change at once and gathers what follows', async () => {
  const { watch, told } = await watched();
  watch.touch('p');
  await vi.advanceTimersByTimeAsync(40);
  watch.touch('p');
  await vi.advanceTimersByTimeAsync(COALESCING_MS);
  expect(told).toEqual([0, COALESCING_MS]);
});

it.each([
  { storingMs: 9, toldAt: COALESCING_MS - 9, why: 'counts what storing took into the window' },
  { storingMs: 5000, toldAt: COALESCING_MS - 25, why: 'gathers hardly less when the database is slow' },
  { storingMs: -60_000, toldAt: COALESCING_MS, why: 'takes nothing from clocks that differ' },
])('$why', async ({ storingMs, toldAt }) => {
  const { watch, told } = await watched();
  watch.touch('p', storingMs);
  await vi.advanceTimersByTimeAsync(COALESCING_MS * 2);
  expect(told).toEqual([0, toldAt]);
});
