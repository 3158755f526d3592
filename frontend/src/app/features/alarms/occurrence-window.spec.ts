import { describe, expect, it } from 'vitest';
import { windowAround } from './occurrence-window';

const HOUR = 3_600_000;

describe('the time around an occurrence', () => {
  it.each([
    ['that is over', 10, 12, 100, [9, 12.5]],
    ['that returned a moment ago', 10, 12, 12.1, [9, 12.1]],
    ['that is active', 10, null, 11, [9, 11]],
    ['that lasted for days', 10, 90, 100, [9, 33]],
    ['that a clock ahead of ours raised', 10, null, 9.9, [9, 10]],
  ])('%s', (_, raised, returned, now, [from, to]) => {
    expect(windowAround(raised * HOUR, returned === null ? null : returned * HOUR, now * HOUR)).toEqual({ from: (from ?? 0) * HOUR, to: (to ?? 0) * HOUR });
  });
});
