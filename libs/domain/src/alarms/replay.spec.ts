import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AlarmInstance, type AlarmRules, newAlarm } from './alarm.js';
import { displayState } from './display-state.js';
import type { AlarmEvent } from './events.js';
import { isSameAlarm, type ReplayedAlarm, type ReplayedLine, replayLine, UNTOUCHED } from './replay.js';
import { stepAlarm } from './step.js';

const line = (fact: ReplayedLine['fact'], occurrence: number, more: Partial<ReplayedLine> = {}): ReplayedLine => ({ fact, occurrence, state: 'UNACK', acked: false, ...more });
const active: ReplayedAlarm = { state: 'UNACK', occurrence: 1, active: true, acked: false };

describe('a line', () => {
  it.each<[string, ReplayedAlarm, ReplayedLine, ReplayedAlarm | string]>([
    ['activates', UNTOUCHED, line('ACTIVATED', 1), active],
    ['clears', active, line('CLEARED', 1, { state: 'RTNUN' }), { state: 'RTNUN', occurrence: 1, active: false, acked: false }],
    ['acknowledges', active, line('ACKNOWLEDGED', 1, { state: 'ACKED', acked: true }), { state: 'ACKED', occurrence: 1, active: true, acked: true }],
    ['comments', active, line('COMMENTED', 1), active],
    ['is late and changes nothing', active, line('LATE', 1, { state: 'NORM' }), active],
    ['is late in another occurrence', active, line('LATE', 2), 'a late line names occurrence 2 during 1'],
    ['activates twice', active, line('ACTIVATED', 2), 'it was activated while it was active'],
    ['clears what is not active', UNTOUCHED, line('CLEARED', 0), 'it was cleared while it was not active'],
    ['skips an occurrence', UNTOUCHED, line('ACTIVATED', 2), 'ACTIVATED belongs to occurrence 2, expected 1'],
  ])('%s', (_name, before, each, after) => {
    expect(replayLine(before, each)).toEqual(after);
  });
});

it('two alarms are the same in all of their flags', () => {
  expect(isSameAlarm(active, { ...active })).toBe(true);
  for (const change of [{ state: 'ACKED' as const }, { occurrence: 2 }, { active: false }, { acked: true }]) expect(isSameAlarm(active, { ...active, ...change })).toBe(false);
});

describe('replaying whatever happened', () => {
  const rules: fc.Arbitrary<AlarmRules> = fc.record({
    ...{ condition: fc.constant('HI' as const), priority: fc.constantFrom(1, 4), onDelayMs: fc.constantFrom(0, 50), offDelayMs: fc.constantFrom(0, 50) },
    ...{ latching: fc.boolean(), ackOn: fc.record({ active: fc.boolean(), return: fc.boolean() }), autoAck: fc.boolean(), shelvable: fc.constant(true) },
    ...{ maxShelfMs: fc.constant(500), reAlarmMs: fc.constantFrom(null, 100), maxReAlarms: fc.constant(2), neverSuppress: fc.constant(false) },
  });
  const event: fc.Arbitrary<(now: number, alarm: AlarmInstance) => AlarmEvent> = fc.constantFrom<(now: number, alarm: AlarmInstance) => AlarmEvent>(
    (at) => ({ type: 'VERDICT', verdict: 'TRUE', severity: 1, at }),
    (at) => ({ type: 'VERDICT', verdict: 'TRUE', severity: -1, at }),
    (at) => ({ type: 'VERDICT', verdict: 'FALSE', severity: 0, at }),
    () => ({ type: 'TOUCH' }),
    (_, { occurrence }) => ({ type: 'ACKNOWLEDGE', occurrence, by: 'ann' }),
    () => ({ type: 'RESET', by: 'ann' }),
    () => ({ type: 'SHELVE', kind: 'ONE_SHOT', durationMs: 200, by: 'ann', reason: 'noise' }),
    () => ({ type: 'SUPPRESS', suppressor: 'a' }),
    () => ({ type: 'UNSUPPRESS', suppressor: 'a' }),
    () => ({ type: 'DISABLE', by: 'ann' }),
    () => ({ type: 'ENABLE', by: 'ann' }),
  );

  it('gives the stored flags', () => {
    fc.assert(
      fc.property(rules, fc.array(fc.record({ event, after: fc.integer({ min: 1, max: 120 }) }), { maxLength: 40 }), (by, happened) => {
        let now = 0;
        let alarm = newAlarm(0);
        let replayed: ReplayedAlarm = UNTOUCHED;
        for (const each of happened) {
          now += each.after;
          const step = stepAlarm(alarm, each.event(now, alarm), by, now);
          ({ alarm } = step);
          for (const effect of step.effects) {
            if (effect.type !== 'JOURNAL') continue;
            const next = replayLine(replayed, { ...effect, state: displayState(alarm), acked: alarm.acked });
            if (typeof next === 'string') throw new Error(next);
            replayed = next;
          }
          const { occurrence, active: isActive, acked } = alarm;
          expect(replayed).toEqual({ state: displayState(alarm), occurrence, active: isActive, acked });
        }
      }),
    );
  });
});
