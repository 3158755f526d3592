import { expect, it } from 'vitest';
import { type AlarmRules, newAlarm } from '../alarms/alarm.js';
import { stepAlarm } from '../alarms/step.js';
import { IDENTITY_DOUBTS, type IdentityDoubt, judgeIdentity } from './identity-doubt.js';

const rules: AlarmRules = {
  ...{ condition: 'IDENTITY', priority: 2, onDelayMs: 0, offDelayMs: 0, latching: false, ackOn: { active: true, return: false }, autoAck: false },
  ...{ shelvable: true, maxShelfMs: 100, reAlarmMs: null, maxReAlarms: 0, neverSuppress: false },
};

it('a doubt is an alarm, the graver the higher; none is none', () => {
  expect(judgeIdentity(null)).toEqual({ verdict: 'FALSE', severity: 0 });
  expect(IDENTITY_DOUBTS.map((doubt) => judgeIdentity(doubt))).toEqual([1, 2, 3].map((severity) => ({ verdict: 'TRUE', severity })));
});

it('a graver doubt has to be seen again as the same occurrence, a milder one has not', () => {
  const after = (doubts: readonly (IdentityDoubt | null)[]) =>
    doubts.reduce((alarm, doubt) => {
      const stepped = stepAlarm(alarm, { type: 'VERDICT', ...judgeIdentity(doubt), at: 1 }, rules, 1).alarm;
      return stepAlarm(stepped, { type: 'ACKNOWLEDGE', occurrence: stepped.occurrence, by: 'ada' }, rules, 1).alarm;
    }, newAlarm(0));
  const seen = after(['clone']);
  const graver = stepAlarm(seen, { type: 'VERDICT', ...judgeIdentity('duplicate_identity'), at: 2 }, rules, 2).alarm;
  expect(graver).toMatchObject({ active: true, acked: false, occurrence: 1 });
  const milder = stepAlarm(seen, { type: 'VERDICT', ...judgeIdentity('old_secret'), at: 2 }, rules, 2).alarm;
  expect(milder).toMatchObject({ active: true, acked: true, occurrence: 1 });
  expect(after(['clone', null])).toMatchObject({ active: false, acked: true });
});
