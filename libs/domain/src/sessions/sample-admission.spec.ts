import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeQuality, encodeQuality } from '../points/stored-quality.js';
import { POINT_KINDS } from '../points/words.js';
import { admitSourceTime, admitValue, FUTURE_TOLERANCE_MS, isValueOfKind, OLDEST_SOURCE_YEARS } from './sample-admission.js';

const NOW = Date.UTC(2026, 10, 23, 12);
const OLDEST = NOW - OLDEST_SOURCE_YEARS * 365.25 * 86_400_000;
const FAULT = encodeQuality('FAULT');

describe('admitSourceTime', () => {
  it.each([
    ['now', NOW, NOW, false],
    ['a minute ago', NOW - 60_000, NOW - 60_000, false],
    ['as far ahead as clocks may be', NOW + FUTURE_TOLERANCE_MS, NOW + FUTURE_TOLERANCE_MS, false],
    ['a millisecond further', NOW + FUTURE_TOLERANCE_MS + 1, NOW, true],
    ['2106', Date.UTC(2106, 1, 7), NOW, true],
    ['as old as may be', OLDEST, OLDEST, false],
  ])('%s', (_, source, sourceTime, isSuspect) => {
    expect(admitSourceTime(source, NOW)).toEqual({ sourceTime, isSuspect });
  });

  it.each([
    ['a millisecond too old', OLDEST - 1],
    ['1970', 0],
    ['seconds for milliseconds', Math.floor(NOW / 1000)],
    ['before 1970', -1],
    ['a fraction', NOW + 0.5],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['2^53', 2 ** 53],
  ])('refuses %s', (_, source) => {
    expect(admitSourceTime(source, NOW)).toBeNull();
  });

  it('gives a whole time between twenty years ago and a minute ahead, or nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.integer(), fc.integer({ min: OLDEST - 1000, max: NOW + 120_000 })), (source) => {
        const admitted = admitSourceTime(source, NOW);
        if (admitted === null) return;
        expect(Number.isSafeInteger(admitted.sourceTime)).toBe(true);
        expect(admitted.sourceTime).toBeGreaterThanOrEqual(OLDEST);
        expect(admitted.sourceTime).toBeLessThanOrEqual(NOW + FUTURE_TOLERANCE_MS);
        if (!admitted.isSuspect) expect(admitted.sourceTime).toBe(source);
      }),
    );
  });
});

describe('isValueOfKind', () => {
  it.each([
    ['analog', 21.5, undefined, true],
    ['analog', Number.NaN, undefined, false],
    ['analog', Number.POSITIVE_INFINITY, undefined, false],
    ['analog', '21', undefined, false],
    ['analog', null, undefined, false],
    ['binary', 0, undefined, true],
    ['binary', 1, undefined, true],
    ['binary', 2, undefined, false],
    ['binary', true, undefined, false],
    ['multistate', 2, [1, 2], true],
    ['multistate', 3, [1, 2], false],
    ['multistate', 3, undefined, true],
    ['multistate', 1.5, undefined, false],
  ] as const)('%s %s with codes %o: %s', (kind, value, codes, expected) => {
    expect(isValueOfKind(value, kind, codes)).toBe(expected);
  });
});

describe('admitValue', () => {
  const onTime = { sourceTime: NOW, isSuspect: false };
  const late = { sourceTime: NOW, isSuspect: true };
  it.each([
    ['a good value', { value: 1, quality: 0 }, onTime, { value: 1, quality: 0 }],
    ['a value of the wrong kind', { value: 'x', quality: 0 }, onTime, { value: null, quality: FAULT }],
    ['the same at a suspect time', { value: 'x', quality: 0 }, late, { value: null, quality: encodeQuality('FAULT', ['suspectTime']) }],
    ['a good value at a suspect time', { value: 1, quality: 0 }, late, { value: 1, quality: encodeQuality('GOOD', ['suspectTime']) }],
    ['null as the controller reports it', { value: null, quality: FAULT }, onTime, { value: null, quality: FAULT }],
    ['flags', { value: 1, quality: encodeQuality('GOOD', ['overridden']) }, onTime, { value: 1, quality: encodeQuality('GOOD', ['overridden']) }],
    ['a quality beyond the list', { value: 1, quality: 7 }, onTime, { value: 1, quality: encodeQuality('UNKNOWN') }],
    ['a quality too large', { value: 1, quality: 128 }, onTime, { value: 1, quality: encodeQuality('UNKNOWN') }],
    ['a negative quality', { value: 1, quality: -1 }, onTime, { value: 1, quality: encodeQuality('UNKNOWN') }],
    ['a fraction', { value: 1, quality: 0.5 }, onTime, { value: 1, quality: encodeQuality('UNKNOWN') }],
    ['a quality of text', { value: 1, quality: 'GOOD' }, onTime, { value: 1, quality: encodeQuality('UNKNOWN') }],
  ])('%s', (_, reported, time, expected) => {
    expect(admitValue(reported, { kind: 'analog' }, time)).toEqual(expected);
  });

  it('stores a finite number or null, and a quality that decodes, whatever is reported', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.constantFrom(...POINT_KINDS), fc.boolean(), (value, quality, kind, isSuspect) => {
        const admitted = admitValue({ value, quality }, { kind, codes: [1, 2] }, { sourceTime: NOW, isSuspect });
        expect(admitted.value === null || Number.isFinite(admitted.value)).toBe(true);
        const decoded = decodeQuality(admitted.quality);
        expect(encodeQuality(decoded.quality, decoded.flags)).toBe(admitted.quality);
        if (isSuspect) expect(decoded.flags).toContain('suspectTime');
        if (admitted.value === null && value !== null) expect(decoded.quality).toBe('FAULT');
      }),
    );
  });
});
