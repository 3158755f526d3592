import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agrees } from './tolerance.js';

describe('a value read back agrees', () => {
  it.each([
    [21.5, 21.5, null, true],
    [21.5, 21.50001, null, true],
    [21.5, 21.501, null, false],
    [0, 0, null, true],
    [0, 1e-9, null, false],
    [21.5, 21.7, 0.5, true],
    [21.5, 21.75, 0.5, true],
    [21.5, 21.8, 0.5, false],
    [0.1, 0.15, 0.1, true],
    [1, 0, 1, false],
    [null, 1, 1, false],
    [1, null, 1, false],
    [null, null, null, false],
  ] as const)('%s and %s at %s: %s', (asked, read, resolution, expected) => {
    expect(agrees(asked, read, resolution)).toBe(expected);
  });

  it('also after a way through float32', () => {
    fc.assert(fc.property(fc.float({ noNaN: true, noDefaultInfinity: true, min: 0.001953125 }), (value) => {
      expect(agrees(value * (1 + 1e-8), Math.fround(value), null)).toBe(true);
    }));
  });
});
