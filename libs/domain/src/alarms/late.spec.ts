import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlarmRules } from './alarm.js';
import { closeLate, type LateExcursion, type LateWatch, takeLate } from './late.js';

const rules: AlarmRules = {
  ...{ condition: 'HI', priority: 1, onDelayMs: 20, offDelayMs: 10, latching: true, ackOn: { active: true, return: true }, autoAck: false },
  ...{ shelvable: true, maxShelfMs: 100, reAlarmMs: 5, maxReAlarms: 3, neverSuppress: false },
};

/** Takes [time, value] pairs; above 24 is TRUE, null UNKNOWN. */
function take(samples: readonly (readonly [at: number, value: number | null])[], start: LateWatch | null = null, by = rules) {
  let watch = start;
  const excursions: LateExcursion[] = [];
  for (const [at, value] of samples) {
    const verdict = value === null ? 'UNKNOWN' : value > 24 ? 'TRUE' : 'FALSE';
    const step = takeLate(watch, { verdict, severity: verdict === 'TRUE' ? 1 : 0, at, value }, by);
    watch = step.watch;
    excursions.push(...step.excursions);
  }
  return { watch, excursions };
}

describe('late samples', () => {
  it('that were fine leave nothing', () => {
    expect(take([[0, 20], [10, 21]])).toEqual({ watch: null, excursions: [] });
  });

  it('report an excursion once, by its own times, delays included', () => {
    const { watch, excursions } = take([[0, 25], [10, 26], [20, 27], [30, 20], [40, 20]]);
    expect(excursions).toEqual([{ from: 20, to: 40, value: 25 }]);
    expect(watch).toBeNull();
  });

  it('that did not hold for the delay report nothing', () => {
    expect(take([[0, 25], [10, 20]])).toEqual({ watch: null, excursions: [] });
  });

  it('may report two', () => {
    const by = { ...rules, onDelayMs: 0, offDelayMs: 0 };
    expect(take([[0, 25], [5, 20], [10, 30], [15, 20]], null, by).excursions).toEqual([
      { from: 0, to: 5, value: 25 },
      { from: 10, to: 15, value: 30 },
    ]);
  });

  it('of bad quality do not end it', () => {
    expect(take([[0, 25], [20, 25], [30, null], [50, null]]).watch?.instance.active).toBe(true);
  });

  it('end where current samples take over', () => {
    const { watch } = take([[0, 25], [20, 26]]);
    expect(closeLate(watch as LateWatch, 90)).toEqual({ watch: null, excursions: [{ from: 20, to: 90, value: 25 }] });
    expect(closeLate(watch as LateWatch, 5).excursions).toEqual([{ from: 20, to: 20, value: 25 }]);
    expect(closeLate(take([[0, 25]]).watch as LateWatch, 90)).toEqual({ watch: null, excursions: [] });
  });

  it('that go back in time begin another backfill', () => {
    const first = take([[100, 25], [120, 25]]);
    const { watch, excursions } = take([[50, 30]], first.watch);
    expect(excursions).toEqual([{ from: 120, to: 120, value: 25 }]);
    expect(watch).toMatchObject({ lastAt: 50, value: 30 });
  });

  it('report excursions that neither overlap nor go back, whatever comes in order', () => {
    const values = fc.array(fc.record({ after: fc.integer({ min: 0, max: 30 }), value: fc.constantFrom(20, 25, null) }), { maxLength: 40 });
    fc.assert(
      fc.property(values, (steps) => {
        let at = 0;
        const { excursions } = take(steps.map(({ after, value }) => [(at += after), value] as const));
        let end = -Infinity;
        for (const { from, to } of excursions) {
          expect(from).toBeGreaterThanOrEqual(end);
          expect(to).toBeGreaterThanOrEqual(from);
          end = to;
        }
      }),
    );
  });
});
