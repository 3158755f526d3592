import { describe, expect, it } from 'vitest';
import { certainGrowthPerMinute, growthPerMinute } from './growth.js';

const MIB = 1024 * 1024;
const LIMIT = MIB / 10;

/** Readings four times a minute, up and down by the amplitude, with a leak. */
function readings(minutes: number, leakPerMinute: number, amplitude: number) {
  return Array.from({ length: minutes * 4 }, (_, index) => {
    const minute = index / 4;
    return { minute, bytes: 80 * MIB + leakPerMinute * minute + amplitude * Math.sin(index * 2.4) };
  });
}

describe('growth', () => {
  it('is the slope, whatever one large reading says', () => {
    const some = readings(10, 5_000, 0);
    some[20] = { minute: 5, bytes: 200 * MIB };
    expect(growthPerMinute(some)).toBeCloseTo(5_000);
    expect(certainGrowthPerMinute(some)).toBeCloseTo(5_000);
  });

  it.each([1, 2, 10])('of what only goes up and down is within the limit after %i minutes', (minutes) => {
    expect(certainGrowthPerMinute(readings(minutes, 0, MIB))).toBeLessThan(LIMIT);
  });

  it('shows a leak of 2 KiB for each of a hundred restarts a minute through the ups and downs of a busy heap', () => {
    expect(certainGrowthPerMinute(readings(10, 2 * 1024 * 100, MIB / 4))).toBeGreaterThan(LIMIT);
  });
});
