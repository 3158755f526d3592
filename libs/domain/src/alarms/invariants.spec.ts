import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newAlarm, type AlarmInstance, type AlarmRules } from './alarm.js';
import { nextDeadline } from './deadlines.js';
import { displayState, isAnnunciated, isUnhidden } from './display-state.js';
import type { AlarmEffect, AlarmEvent } from './events.js';
import { stepAlarm } from './step.js';

const delay = fc.constantFrom(0, 30, 200);
const rules: fc.Arbitrary<AlarmRules> = fc.record({
  condition: fc.constant('HI' as const),
  priority: fc.constantFrom(1, 2, 3, 4),
  onDelayMs: delay,
  offDelayMs: delay,
  latching: fc.boolean(),
  ackOn: fc.record({ active: fc.boolean(), return: fc.boolean() }),
  autoAck: fc.boolean(),
  shelvable: fc.boolean(),
  maxShelfMs: fc.constant(500),
  reAlarmMs: fc.constantFrom(null, 100),
  maxReAlarms: fc.nat({ max: 2 }),
  neverSuppress: fc.boolean(),
});

type Draw = (now: number, alarm: AlarmInstance) => AlarmEvent;
const person = { by: 'ann' };
const draws: fc.Arbitrary<Draw> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('TRUE', 'FALSE').map((verdict: 'TRUE' | 'FALSE'): Draw => (at) => ({ type: 'VERDICT', verdict, severity: verdict === 'TRUE' ? 1 : 0, at })) },
  fc.constant<Draw>((at, alarm) => ({ type: 'VERDICT', verdict: 'UNKNOWN', severity: alarm.severity, at })),
  fc.constant<Draw>(() => ({ type: 'TOUCH' })),
  fc.constantFrom(0, -1).map((offset): Draw => (_, alarm) => ({ type: 'ACKNOWLEDGE', occurrence: alarm.occurrence + offset, ...person })),
  fc.constant<Draw>(() => ({ type: 'RESET', ...person })),
  fc.record({ kind: fc.constantFrom('TIMED' as const, 'ONE_SHOT' as const), durationMs: fc.constantFrom(50, 400, 600) }).map((shelf): Draw => () => ({ type: 'SHELVE', ...shelf, ...person, reason: 'noise' })),
  fc.constant<Draw>(() => ({ type: 'UNSHELVE', ...person })),
  fc.constantFrom('a', 'b').map((suppressor): Draw => () => ({ type: 'SUPPRESS', suppressor })),
  fc.constantFrom('a', 'b').map((suppressor): Draw => () => ({ type: 'UNSUPPRESS', suppressor })),
  fc.constant<Draw>(() => ({ type: 'OUT_OF_SERVICE', ...person, reason: 'repair', workOrder: null, reviewAt: null })),
  fc.constant<Draw>(() => ({ type: 'IN_SERVICE', ...person })),
  fc.constant<Draw>(() => ({ type: 'DISABLE', ...person })),
  fc.constant<Draw>(() => ({ type: 'ENABLE', ...person })),
  fc.constant<Draw>(() => ({ type: 'COMMENT', ...person, text: 'seen' })),
);
const story = fc.array(fc.record({ draw: draws, after: fc.integer({ min: 1, max: 150 }) }), { maxLength: 60 });

interface Moment {
  now: number;
  event: AlarmEvent;
  before: AlarmInstance;
  after: AlarmInstance;
  accepted: boolean;
  effects: readonly AlarmEffect[];
}

function play(rules: AlarmRules, steps: { draw: Draw; after: number }[]): Moment[] {
  let now = 0;
  let alarm = newAlarm(0);
  return steps.map(({ draw, after }) => {
    now += after;
    const before = alarm;
    const event = draw(now, alarm);
    const step = stepAlarm(alarm, event, rules, now);
    alarm = step.alarm;
    return { now, event, before, after: alarm, accepted: step.accepted, effects: step.effects };
  });
}

function facts(effects: readonly AlarmEffect[]): { fact: string; at: number; occurrence: number }[] {
  return effects.flatMap((effect) => (effect.type === 'JOURNAL' ? [effect] : []));
}

function always(check: (moment: Moment, rules: AlarmRules) => void): void {
  fc.assert(fc.property(rules, story, (rules, steps) => play(rules, steps).forEach((moment) => check(moment, rules))), { numRuns: 300 });
}

describe('what holds in every story', () => {
  it('an annunciated alarm is hidden by nothing', () => {
    always(({ after }) => expect(!isAnnunciated(after) || isUnhidden(after)).toBe(true));
  });

  it('no deadline is left behind', () => {
    always(({ now, after }) => expect(nextDeadline(after) ?? Infinity).toBeGreaterThan(now));
  });

  it('unknown never clears, a comment changes nothing, a stale acknowledgement changes no flag', () => {
    always(({ event, before, after, now }, rules) => {
      const untouched = stepAlarm(before, { type: 'TOUCH' }, rules, now).alarm;
      if (event.type === 'COMMENT') expect(after).toEqual(untouched);
      if (event.type === 'VERDICT' && event.verdict === 'UNKNOWN') expect(after.active).toBe(untouched.active);
      if (event.type === 'ACKNOWLEDGE') expect(after.active).toBe(untouched.active);
      if (event.type === 'ACKNOWLEDGE' && event.occurrence !== untouched.occurrence) expect(after).toEqual(untouched);
    });
  });

  it('a reset is accepted exactly when latched and acknowledged', () => {
    always(({ event, before, accepted, now }, rules) => {
      if (event.type !== 'RESET') return;
      const { latchedHold, acked } = stepAlarm(before, { type: 'TOUCH' }, rules, now).alarm;
      expect(accepted).toBe(latchedHold && acked);
    });
  });

  it('a latching alarm leaves active only by reset or disabling', () => {
    always(({ event, before, after }, rules) => {
      if (rules.latching && before.active && !after.active) expect(['RESET', 'DISABLE']).toContain(event.type);
    });
  });

  it('a shelf never outlives its maximum, a one-shot shelf never its occurrence', () => {
    always(({ before, after }, rules) => {
      if (after.shelf) expect(after.shelf.until - after.shelf.since).toBeLessThanOrEqual(rules.maxShelfMs);
      if (before.active && !after.active && before.shelf?.kind === 'ONE_SHOT' && after.shelf === before.shelf) expect.unreachable();
    });
  });

  it('the occurrence number changes exactly when it becomes active', () => {
    always(({ before, after, effects }) => {
      const activations = facts(effects).filter((one) => one.fact === 'ACTIVATED').length;
      expect(after.occurrence - before.occurrence).toBe(activations);
    });
  });

  it('what is never suppressed never is; re-alarms are bounded; a disabled alarm is not active', () => {
    always(({ after }, rules) => {
      if (rules.neverSuppress) expect(displayState(after)).not.toBe('DSUPR');
      expect(after.reAlarms).toBeLessThanOrEqual(rules.maxReAlarms);
      expect(after.enabled || !after.active).toBe(true);
    });
  });

  it('the version grows by one with every change and with nothing else', () => {
    always(({ before, after }) => expect(after.version).toBe(before.version + (after === before ? 0 : 1)));
  });
});

describe('whole stories', () => {
  it('activated and cleared alternate, once per occurrence', () => {
    fc.assert(
      fc.property(rules, story, (rules, steps) => {
        const edges = play(rules, steps).flatMap(({ effects }) => facts(effects).filter(({ fact }) => fact === 'ACTIVATED' || fact === 'CLEARED'));
        edges.forEach((edge, index) => {
          expect(edge.fact).toBe(index % 2 === 0 ? 'ACTIVATED' : 'CLEARED');
          expect(edge.occurrence).toBe(Math.floor(index / 2) + 1);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('hiding changes nothing in the log of activations and clearings', () => {
    const isHiding = (event: AlarmEvent) => ['SHELVE', 'UNSHELVE', 'SUPPRESS', 'UNSUPPRESS', 'OUT_OF_SERVICE', 'IN_SERVICE'].includes(event.type);
    const isAct = (event: AlarmEvent) => ['ACKNOWLEDGE', 'RESET'].includes(event.type);
    fc.assert(
      fc.property(rules, story, (rules, steps) => {
        const moments = play({ ...rules, latching: false }, steps).filter(({ event }) => !isAct(event));
        const log = (hide: boolean) => {
          let alarm = newAlarm(0);
          return moments.flatMap(({ event, now }) => {
            const step = stepAlarm(alarm, !hide && isHiding(event) ? { type: 'TOUCH' } : event, { ...rules, latching: false }, now);
            alarm = step.alarm;
            return facts(step.effects)
              .filter(({ fact }) => fact === 'ACTIVATED' || fact === 'CLEARED')
              .map(({ fact, at }) => [fact, at]);
          });
        };
        expect(log(true)).toEqual(log(false));
      }),
    );
  });

  it('extra touches, late or double, change nothing but the version', () => {
    fc.assert(
      fc.property(rules, story, fc.infiniteStream(fc.nat({ max: 2 })), (rules, steps, extra) => {
        const moments = play(rules, steps);
        let alarm = newAlarm(0);
        let last = 0;
        for (const { event, now } of moments) {
          for (let touches = extra.next().value; touches > 0; touches -= 1) {
            alarm = stepAlarm(alarm, { type: 'TOUCH' }, rules, last + Math.floor((now - last) / (touches + 1))).alarm;
          }
          alarm = stepAlarm(alarm, event, rules, now).alarm;
          last = now;
        }
        expect({ ...alarm, version: 0 }).toEqual({ ...(moments.at(-1)?.after ?? newAlarm(0)), version: 0 });
      }),
    );
  });
});
