import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snapToResolution, validateOverride, type OverrideAsk, type OverridePoint } from './override-rules.js';

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;
const point = (over: Partial<OverridePoint> = {}): OverridePoint => ({
  kind: 'analog',
  writable: true,
  codes: null,
  min: 10,
  max: 30,
  resolution: 0.5,
  maxOverrideMs: 8 * HOUR,
  ...over,
});
const ask = (over: Partial<OverrideAsk> = {}): OverrideAsk => ({ value: 21.5, durationMs: HOUR, ...over });
const binary = point({ kind: 'binary', min: null, max: null, resolution: null });
const modes = point({ kind: 'multistate', codes: [1, 2, 4], min: null, max: null, resolution: null });

describe('refusals', () => {
  it.each([
    ['a sensor', point({ writable: false }), ask(), 'NOT_WRITABLE'],
    ['NaN', point(), ask({ value: NaN }), 'WRONG_KIND'],
    ['Infinity', point(), ask({ value: -Infinity }), 'WRONG_KIND'],
    ['half on', binary, ask({ value: 0.5 }), 'WRONG_KIND'],
    ['an unknown state', modes, ask({ value: 3 }), 'WRONG_KIND'],
    ['a fraction of a state', point({ kind: 'multistate', codes: null }), ask({ value: 1.5 }), 'WRONG_KIND'],
    ['too low', point(), ask({ value: 9.9 }), 'OUT_OF_RANGE'],
    ['too high', point(), ask({ value: 30.1 }), 'OUT_OF_RANGE'],
    ['too high without a resolution', point({ resolution: null }), ask({ value: 31 }), 'OUT_OF_RANGE'],
    ['no step inside the range', point({ min: 10.1, max: 10.4, resolution: 1 }), ask({ value: 10.2 }), 'OUT_OF_RANGE'],
    ['no end', point(), ask({ durationMs: undefined }), 'END_REQUIRED'],
    ['two ends', point(), ask({ until: NOW + HOUR }), 'END_REQUIRED'],
    ['an end that is no time', point(), ask({ durationMs: NaN }), 'END_REQUIRED'],
    ['an end now', point(), ask({ durationMs: undefined, until: NOW }), 'END_IN_PAST'],
    ['an end too far away', point(), ask({ durationMs: 8 * HOUR + 1 }), 'END_TOO_FAR'],
  ] as const)('%s: %#', (_, given, wanted, code) => {
    expect(validateOverride(given, wanted, NOW)).toEqual({ accepted: false, code });
  });

  it.each([
    ['not writable before everything', point({ writable: false }), ask({ value: NaN, durationMs: undefined }), 'NOT_WRITABLE'],
    ['kind before range', point(), ask({ value: Infinity, durationMs: undefined }), 'WRONG_KIND'],
    ['range before end', point(), ask({ value: 99, durationMs: undefined }), 'OUT_OF_RANGE'],
  ] as const)('come in the order of the rules: %s', (_, given, wanted, code) => {
    expect(validateOverride(given, wanted, NOW)).toMatchObject({ code });
  });
});

describe('acceptance', () => {
  it.each([
    ['as asked', point(), ask(), 21.5, false],
    ['snapped', point(), ask({ value: 21.6 }), 21.5, true],
    ['not rounded without a resolution', point({ resolution: null }), ask({ value: 21.61 }), 21.61, false],
    ['on the edge', point(), ask({ value: 30 }), 30, false],
    ['snapped back below the maximum', point({ max: 30.3 }), ask({ value: 30.3 }), 30, true],
    ['snapped up above the minimum', point({ min: 10.2 }), ask({ value: 10.2 }), 10.5, true],
    ['without limits', point({ min: null, max: null }), ask({ value: -999 }), -999, false],
    ['on', binary, ask({ value: 1 }), 1, false],
    ['a state', modes, ask({ value: 4 }), 4, false],
  ] as const)('%s', (_, given, wanted, value, snapped) => {
    expect(validateOverride(given, wanted, NOW)).toEqual({ accepted: true, value, snapped, until: NOW + HOUR, remainingMs: HOUR });
  });

  it('takes an end as an instant, up to the longest', () => {
    const verdict = validateOverride(point(), { value: 20, until: NOW + 8 * HOUR }, NOW);
    expect(verdict).toMatchObject({ accepted: true, until: NOW + 8 * HOUR, remainingMs: 8 * HOUR });
  });

  it('is always in range, on a step and ended in time', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 40, noNaN: true }), fc.constantFrom(0.1, 0.25, 0.5, 1), fc.integer({ min: -HOUR, max: 10 * HOUR }), (value, resolution, durationMs) => {
        const verdict = validateOverride(point({ resolution }), { value, durationMs }, NOW);
        if (!verdict.accepted) return;
        expect(verdict.value).toBeGreaterThanOrEqual(10);
        expect(verdict.value).toBeLessThanOrEqual(30);
        expect(Math.abs(verdict.value - value)).toBeLessThanOrEqual(resolution);
        expect(snapToResolution(verdict.value, resolution)).toBe(verdict.value);
        expect(verdict.until).toBeGreaterThan(NOW);
        expect(verdict.remainingMs).toBeLessThanOrEqual(8 * HOUR);
      }),
    );
  });
});

it('snaps without binary dust', () => {
  expect(snapToResolution(0.3, 0.1)).toBe(0.3);
  expect(snapToResolution(-0.04, 0.1)).toBe(0);
});
