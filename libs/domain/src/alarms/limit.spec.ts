import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeLimits } from './limit.js';

const LIMITS = { high: [24, 28], low: [18, 15], deadband: 1 };

describe('judgeLimits', () => {
  it.each([
    ['at the limit is not beyond it', 24, 0, 0],
    ['beyond the high limit', 24.1, 0, 1],
    ['inside the deadband it stays', 23.5, 1, 1],
    ['at the end of the deadband it stays', 23, 1, 1],
    ['below the deadband it is back', 22.9, 1, 0],
    ['beyond the outer limit', 28.1, 1, 2],
    ['inside the outer deadband', 27.5, 2, 2],
    ['back to the inner limit', 26.9, 2, 1],
    ['below the low limit', 17.9, 0, -1],
    ['inside the low deadband', 18.9, -1, -1],
    ['back above the low deadband', 19.1, -1, 0],
    ['below the outer low limit', 14.9, -1, -2],
    ['from high to low', 10, 2, -2],
  ])('%s', (_, value, previous, severity) => {
    expect(judgeLimits(value, LIMITS, previous)).toEqual({ verdict: severity === 0 ? 'FALSE' : 'TRUE', severity });
  });

  it('does not know without a trustworthy value', () => {
    expect(judgeLimits(null, LIMITS, 1)).toEqual({ verdict: 'UNKNOWN', severity: 1 });
    expect(judgeLimits(Number.NaN, LIMITS, -1)).toEqual({ verdict: 'UNKNOWN', severity: -1 });
  });

  it('returns to normal at once when the limit is disabled', () => {
    expect(judgeLimits(30, { high: [null], low: [null], deadband: 5 }, 1).verdict).toBe('FALSE');
  });

  it('oscillation inside the deadband causes no transition', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 23, max: 24, noNaN: true }), { maxLength: 50 }), fc.constantFrom(0, 1), (values, start) => {
        let severity: number = start;
        for (const value of values) severity = judgeLimits(value, LIMITS, severity).severity;
        expect(severity).toBe(start);
      }),
    );
  });
});
