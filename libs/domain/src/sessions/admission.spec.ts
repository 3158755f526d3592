import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askAdmission, LONGEST_WAIT_MS, OPEN_VALVE, retryAfterSeconds, spacingFor, spreadMsFor } from './admission.js';

const config = { capacity: 2, perSecond: 10 };
const CALM = { minMs: 500, rangeMs: 1_500, doublings: 6, maxMs: 60_000 };

function askAll(times: readonly number[]): (number | null)[] {
  let valve = OPEN_VALVE;
  return times.map((now) => {
    const asked = askAdmission(valve, config, now);
    valve = asked.valve;
    return asked.waitMs;
  });
}

describe('a door', () => {
  it('lets a burst in and gives each one refused a later turn', () => {
    expect(askAll([0, 0, 0, 0, 0])).toEqual([null, null, 100, 200, 300]);
  });

  it('is open again for those who come back at their turn', () => {
    expect(askAll([0, 0, 0, 0, 100, 200])).toEqual([null, null, 100, 200, null, null]);
  });

  it('forgets the queue as time passes, and a clock that steps back changes nothing', () => {
    expect(askAll([0, 0, 0, 0, 5_000, 4_000, 4_000])).toEqual([null, null, 100, 200, null, null, 100]);
  });

  it('sends nobody away for longer than five minutes', () => {
    const waits = askAll(Array.from({ length: 5_000 }, () => 0));
    expect(Math.max(...waits.map((wait) => wait ?? 0))).toBe(LONGEST_WAIT_MS);
  });

  it('never lets in more than its burst and its rate', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 });
    fc.assert(
      fc.property(gaps, (between) => {
        let now = 0;
        const times = between.map((gap) => (now += gap));
        const admitted = askAll(times).filter((wait) => wait === null).length;
        return admitted <= config.capacity + (now / 1000) * config.perSecond + 1e-6;
      }),
    );
  });
});

describe('Retry-After', () => {
  it('is at least a second, and spread', () => {
    expect(retryAfterSeconds(10, 0)).toBe(1);
    expect([0, 0.5, 0.999].map((random) => retryAfterSeconds(10_000, random))).toEqual([10, 14, 17]);
  });
});

describe('spacing', () => {
  it('stays calm for few and widens with the crowd, up to five minutes', () => {
    expect(spacingFor(3, 600, CALM)).toEqual(CALM);
    expect(spacingFor(10_000, 500, CALM)).toEqual({ ...CALM, rangeMs: 30_000 });
    expect(spacingFor(100_000, 500, CALM)).toMatchObject({ rangeMs: LONGEST_WAIT_MS, maxMs: LONGEST_WAIT_MS + 500 });
    expect(spreadMsFor(2_000, 600)).toBe(5_000);
  });
});
