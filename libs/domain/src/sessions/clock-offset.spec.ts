import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOffsetNews, isSkewed, measureOffset, SKEW_MS } from './clock-offset.js';

const NOW = 1_795_435_200_000;

describe('measureOffset', () => {
  it.each([
    ['a clock that runs ahead', NOW + 7_000, 7_000],
    ['one that is behind', NOW - 3_600_000, -3_600_000],
    ['an uptime', 86_400_123, null],
    ['seconds for milliseconds', NOW / 1000, null],
    ['no clock', null, null],
  ])('%s', (_, said, offset) => {
    expect(measureOffset(said, NOW)).toBe(offset);
  });
});

describe('isOffsetNews', () => {
  it.each([
    ['the first measurement', null, 0, true],
    ['the delay of a message', 100, -1_800, false],
    ['a clock that was set', 90_000, 0, true],
    ['a clock that was lost', 0, -1e12, true],
    ['drift of a clock that is far off', 3_600_000, 3_660_000, false],
    ['much drift of it', 3_600_000, 4_400_000, true],
  ])('%s', (_, told, measured, isNews) => {
    expect(isOffsetNews(told, measured)).toBe(isNews);
  });

  it('what was just told is no news, and what is told is never far from what is', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e9, max: 1e9 }), { minLength: 1 }), (measured) => {
        let told: number | null = null;
        for (const offset of measured) {
          if (isOffsetNews(told, offset)) told = offset;
          expect(isOffsetNews(told, told ?? 0)).toBe(false);
          expect(Math.abs(offset - (told ?? Infinity))).toBeLessThan(Math.max(2_000, 0.2 * Math.abs(told ?? 0)));
        }
      }),
    );
  });
});

it('a clock is wrong from five seconds on, whichever way', () => {
  expect([0, SKEW_MS - 1, SKEW_MS, -SKEW_MS].map(isSkewed)).toEqual([false, false, true, true]);
});
