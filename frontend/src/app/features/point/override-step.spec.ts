import { describe, expect, it } from 'vitest';
import { stepFrom } from './override-step';

describe('stepFrom', () => {
  it.each([
    [21, 1, { resolution: 0.1, min: 12, max: 30 }, 21.5],
    [21.4, -1, { resolution: 0.1, min: 12, max: 30 }, 20.9],
    [21, 1, { resolution: 0.3, min: null, max: null }, 21.6],
    [40, 1, { resolution: 5, min: 0, max: 100 }, 45],
    [1, 1, { resolution: null, min: null, max: null }, 1.5],
    [29.8, 1, { resolution: 0.1, min: 12, max: 30 }, 30],
    [12, -1, { resolution: 0.1, min: 12, max: 30 }, 12],
  ] as const)('goes from %d by %d under %o to %d', (value, by, limits, expected) => {
    expect(stepFrom(value, by, limits)).toBe(expected);
  });
});
