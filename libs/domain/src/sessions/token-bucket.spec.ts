import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { debtMs, FULL_BUCKET, spendTokens, takeToken } from './token-bucket.js';

const config = { capacity: 3, perSecond: 2 };

describe('takeToken', () => {
  it('lets a burst through, then as many as come back', () => {
    let bucket = FULL_BUCKET;
    const take = (now: number) => {
      const taken = takeToken(bucket, config, now);
      bucket = taken.bucket;
      return taken.isTaken;
    };
    expect([take(0), take(0), take(0), take(0)]).toEqual([true, true, true, false]);
    expect([take(499), take(500), take(999), take(1000)]).toEqual([false, true, false, true]);
    expect([take(60_000), take(60_000), take(60_000), take(60_000)]).toEqual([true, true, true, false]);
  });

  it('gives nothing for a clock that steps back', () => {
    const empty = { tokens: 0, at: 1000 };
    expect(takeToken(empty, config, 0)).toEqual({ bucket: { tokens: 0, at: 1000 }, isTaken: false });
  });

  it('never lets more through than capacity plus what came back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 100 }), (pauses) => {
        let bucket = FULL_BUCKET;
        let now = 0;
        let taken = 0;
        for (const pause of pauses) {
          now += pause;
          const next = takeToken(bucket, config, now);
          bucket = next.bucket;
          if (next.isTaken) taken += 1;
        }
        expect(taken).toBeLessThanOrEqual(config.capacity + (now / 1000) * config.perSecond + 1e-6);
        expect(bucket.tokens).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('spendTokens', () => {
  it('goes into debt for what has arrived, and out of it with time', () => {
    const spent = spendTokens(FULL_BUCKET, config, 5, 0);
    expect(spent.tokens).toBe(-2);
    expect(debtMs(spent, config, 0)).toBe(1000);
    expect(debtMs(spent, config, 400)).toBe(600);
    expect(debtMs(spent, config, 1000)).toBe(0);
    expect(debtMs(FULL_BUCKET, config, 0)).toBe(0);
  });

  it('never owes less for a clock that steps back, and never holds more than its capacity', () => {
    const costs = fc.array(fc.record({ cost: fc.integer({ min: 0, max: 5 }), now: fc.integer({ min: 0, max: 5000 }) }), { minLength: 1 });
    fc.assert(
      fc.property(costs, (all) => {
        let bucket = FULL_BUCKET;
        const paid = all.reduce((sum, { cost }) => sum + cost, 0);
        for (const { cost, now } of all) bucket = spendTokens(bucket, config, cost, now);
        return bucket.tokens <= config.capacity && bucket.tokens >= config.capacity - paid - 1e-6;
      }),
    );
  });
});
