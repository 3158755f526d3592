import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeQuality } from '../points/stored-quality.js';
import { QUALITIES, VALUE_FLAGS } from '../points/words.js';
import { alarmTime, isLimitCondition, judgeFault, judgeValue, limitsCross, type LimitRule, trustedValue, TRUSTED_CLOCK_MS } from './judge.js';
import { ALARM_CONDITIONS } from './words.js';

const rule = (condition: LimitRule['condition'], limit: number, deadband = 1): LimitRule => ({ condition, limit, deadband });

describe('a value against one rule', () => {
  it.each<[string, LimitRule, number | null, number | null, number, string, number]>([
    ['above', rule('HI', 24), 24.1, null, 0, 'TRUE', 1],
    ['at the limit', rule('HI', 24), 24, null, 0, 'FALSE', 0],
    ['inside the deadband, from above', rule('HI', 24), 23, null, 1, 'TRUE', 1],
    ['below the deadband', rule('HI', 24), 22.9, null, 1, 'FALSE', 0],
    ['below', rule('LO', 18), 17.9, null, 0, 'TRUE', -1],
    ['inside the deadband, from below', rule('LO', 18), 19, null, -1, 'TRUE', -1],
    ['above the deadband', rule('LO', 18), 19.1, null, -1, 'FALSE', 0],
    ['too far above the reference', rule('DEV', 2), 24.1, 22, 0, 'TRUE', 1],
    ['too far below the reference', rule('DEV', 2), 19.9, 22, 0, 'TRUE', 1],
    ['near enough, but inside the deadband', rule('DEV', 2), 20.9, 22, 1, 'TRUE', 1],
    ['near the reference', rule('DEV', 2), 22.5, 22, 1, 'FALSE', 0],
    ['without a value', rule('HI', 24), null, null, 1, 'UNKNOWN', 1],
    ['without a reference', rule('DEV', 2), 24, null, 0, 'UNKNOWN', 0],
    ['with a reference but no value', rule('DEV', 2), null, 22, 0, 'UNKNOWN', 0],
  ])('%s', (_name, each, value, reference, previous, verdict, severity) => {
    expect(judgeValue(each, value, reference, previous)).toEqual({ verdict, severity });
  });

  it('oscillation inside the deadband changes nothing', () => {
    const band = fc.array(fc.double({ min: 23, max: 24, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(band, fc.constantFrom(0, 1), (values, start) => values.reduce((severity, value) => judgeValue(rule('HI', 24), value, null, severity).severity, start) === start),
    );
  });
});

it.each([
  ['GOOD', 'FALSE'],
  ['STALE', 'TRUE'],
  ['DOWN', 'TRUE'],
  ['FAULT', 'TRUE'],
  ['DISABLED', 'FALSE'],
  ['UNKNOWN', 'TRUE'],
] as const)('a value reported as %s is a fault: %s, whatever stands beside it', (quality, verdict) => {
  for (const flags of [[], VALUE_FLAGS]) expect(judgeFault(encodeQuality(quality, flags))).toEqual({ verdict, severity: verdict === 'TRUE' ? 1 : 0 });
});

it('a quality that nobody understands is a fault', () => {
  expect(judgeFault(7).verdict).toBe('TRUE');
});

it('only a GOOD value is judged', () => {
  for (const quality of QUALITIES) expect(trustedValue(21, encodeQuality(quality, ['overridden']))).toBe(quality === 'GOOD' ? 21 : null);
  expect(trustedValue(null, encodeQuality('GOOD'))).toBeNull();
});

it('three conditions are judged from a value', () => {
  expect(ALARM_CONDITIONS.filter(isLimitCondition)).toEqual(['HI', 'LO', 'DEV']);
});

it('a source clock is believed within five seconds', () => {
  const now = 1_000_000;
  for (const off of [-TRUSTED_CLOCK_MS, 0, TRUSTED_CLOCK_MS]) expect(alarmTime(now + off, now)).toBe(now + off);
  for (const off of [-TRUSTED_CLOCK_MS - 1, TRUSTED_CLOCK_MS + 1]) expect(alarmTime(now + off, now)).toBe(now);
});

describe('two limits', () => {
  it.each<[number, number, number, number, boolean]>([
    [24, 0, 20, 0, false],
    [20, 0, 20, 0, true],
    [19, 0, 20, 0, true],
    [24, 2, 20, 1.9, false],
    [24, 2, 20, 2, true],
  ])('high %d -%d, low %d +%d: crossed is %s', (high, down, low, up, expected) => {
    expect(limitsCross({ limit: high, deadband: down }, { limit: low, deadband: up })).toBe(expected);
  });

  it('that do not cross leave a value at which both are normal, whatever was before', () => {
    const band = fc.record({ limit: fc.integer({ min: -50, max: 50 }), deadband: fc.integer({ min: 0, max: 20 }) });
    fc.assert(
      fc.property(band, band, (high, low) => {
        const middle = (high.limit - high.deadband + low.limit + low.deadband) / 2;
        const isNormal =
          judgeValue({ condition: 'HI', ...high }, middle, null, 1).verdict === 'FALSE' && judgeValue({ condition: 'LO', ...low }, middle, null, -1).verdict === 'FALSE';
        return limitsCross(high, low) !== isNormal;
      }),
    );
  });
});
