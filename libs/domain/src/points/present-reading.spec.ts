import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINK_STATES } from '../sessions/words.js';
import { newerReading } from './newer-reading.js';
import type { ReadingInput } from './present-reading.js';
import { presentReading } from './present-reading.js';
import { encodeQuality } from './stored-quality.js';
import { QUALITIES, VALUE_FLAGS } from './words.js';

const NOW = 1_800_000_000_000;
const STALE_AFTER = 60_000;

describe('presentReading', () => {
  it('is UNKNOWN without a sample, whatever the link says', () => {
    for (const link of [undefined, ...LINK_STATES]) {
      expect(presentReading({ sample: undefined, link, staleAfterMs: STALE_AFTER }, NOW)).toEqual({
        value: null,
        quality: 'UNKNOWN',
        flags: [],
        sourceTime: null,
        ageMs: null,
      });
    }
  });

  it.each([
    ['GOOD', 'online', 0, 'GOOD'],
    ['GOOD', 'online', STALE_AFTER, 'GOOD'],
    ['GOOD', 'online', STALE_AFTER + 1, 'STALE'],
    ['FAULT', 'online', STALE_AFTER + 1, 'FAULT'],
    ['DISABLED', 'online', STALE_AFTER + 1, 'DISABLED'],
    ['UNKNOWN', 'online', STALE_AFTER + 1, 'UNKNOWN'],
    ['STALE', 'online', 0, 'STALE'],
    ['DOWN', 'online', STALE_AFTER + 1, 'DOWN'],
    ['GOOD', 'offline', 0, 'DOWN'],
    ['FAULT', 'offline', 0, 'DOWN'],
    ['GOOD', 'never', 0, 'DOWN'],
    ['GOOD', undefined, 0, 'DOWN'],
  ] as const)('%s over a link that is %s, %i ms old, is %s', (stored, link, age, expected) => {
    const input: ReadingInput = { sample: { value: 1, stored: encodeQuality(stored), sourceTime: NOW - age }, link, staleAfterMs: STALE_AFTER };
    expect(presentReading(input, NOW)).toMatchObject({ value: 1, quality: expected, ageMs: age });
  });

  it('never shows a negative age, and never calls a value good that is older than it may be or whose link is down', () => {
    const inputs = fc.record({
      sample: fc.record({
        value: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null)),
        stored: fc.tuple(fc.constantFrom(...QUALITIES), fc.subarray([...VALUE_FLAGS])).map(([quality, flags]) => encodeQuality(quality, flags)),
        sourceTime: fc.integer({ min: NOW - 1e9, max: NOW + 1e9 }),
      }),
      link: fc.constantFrom(undefined, ...LINK_STATES),
      staleAfterMs: fc.integer({ min: 1, max: 1e9 }),
    });
    fc.assert(
      fc.property(inputs, (input) => {
        const reading = presentReading(input, NOW);
        expect(reading.ageMs).toBeGreaterThanOrEqual(0);
        expect(reading.value).toBe(input.sample.value);
        if (reading.quality === 'GOOD') {
          expect(input.link).toBe('online');
          expect(NOW - input.sample.sourceTime).toBeLessThanOrEqual(input.staleAfterMs);
        }
      }),
    );
  });
});

describe('newerReading', () => {
  const readings = fc.record({ sourceTime: fc.integer({ min: 0, max: 5 }), receivedTime: fc.integer({ min: 0, max: 5 }) });

  it('takes the first reading there is', () => {
    const candidate = { sourceTime: 1, receivedTime: 1 };
    expect(newerReading(undefined, candidate)).toBe(candidate);
  });

  it('never goes back in source time, and ends at the newest in any order of arrival', () => {
    fc.assert(
      fc.property(fc.array(readings, { minLength: 1 }), (arrived) => {
        let current: { sourceTime: number; receivedTime: number } | undefined;
        for (const candidate of arrived) {
          const next = newerReading(current, candidate);
          expect(next.sourceTime).toBeGreaterThanOrEqual(current?.sourceTime ?? 0);
          current = next;
        }
        const newest = Math.max(...arrived.map(({ sourceTime }) => sourceTime));
        const received = arrived.filter(({ sourceTime }) => sourceTime === newest).map(({ receivedTime }) => receivedTime);
        expect(current).toEqual({ sourceTime: newest, receivedTime: Math.max(...received) });
      }),
    );
  });

  it('takes the later reported of two with equal times', () => {
    const candidate = { sourceTime: 1, receivedTime: 1 };
    expect(newerReading({ sourceTime: 1, receivedTime: 1 }, candidate)).toBe(candidate);
  });
});
