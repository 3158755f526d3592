import { describe, expect, it } from 'vitest';
import { newAlarm, type AlarmInstance, type AlarmRules } from './alarm.js';
import { nextDeadline } from './deadlines.js';
import { displayState, isAnnunciated } from './display-state.js';
import type { AlarmEvent } from './events.js';
import { stepAlarm } from './step.js';

const RULES: AlarmRules = {
  condition: 'HI',
  priority: 2,
  onDelayMs: 0,
  offDelayMs: 0,
  latching: false,
  ackOn: { active: true, return: false },
  autoAck: false,
  shelvable: true,
  maxShelfMs: 1000,
  reAlarmMs: null,
  maxReAlarms: 0,
  neverSuppress: false,
};

/** Plays events on one alarm and keeps what came out. */
class Play {
  alarm: AlarmInstance = newAlarm(0);
  facts: string[] = [];
  annunciations = 0;
  refusal: string | null = null;
  private readonly rules: AlarmRules;

  constructor(rules: Partial<AlarmRules> = {}) {
    this.rules = { ...RULES, ...rules };
  }

  at(now: number, event: AlarmEvent): this {
    const step = stepAlarm(this.alarm, event, this.rules, now);
    this.alarm = step.alarm;
    this.refusal = step.accepted ? null : step.refusal;
    this.facts = step.effects.flatMap((effect) => (effect.type === 'JOURNAL' ? [effect.fact] : []));
    this.annunciations = step.effects.filter((effect) => effect.type === 'ANNUNCIATE').length;
    return this;
  }

  true(at: number, severity = 1): this {
    return this.at(at, { type: 'VERDICT', verdict: 'TRUE', severity, at });
  }

  false(at: number): this {
    return this.at(at, { type: 'VERDICT', verdict: 'FALSE', severity: 0, at });
  }

  unknown(at: number): this {
    return this.at(at, { type: 'VERDICT', verdict: 'UNKNOWN', severity: 0, at });
  }

  touch(at: number): this {
    return this.at(at, { type: 'TOUCH' });
  }

  ack(at: number, occurrence = this.alarm.occurrence): this {
    return this.at(at, { type: 'ACKNOWLEDGE', occurrence, by: 'ann' });
  }

  shelve(at: number, durationMs: number, kind: 'TIMED' | 'ONE_SHOT' = 'TIMED'): this {
    return this.at(at, { type: 'SHELVE', kind, durationMs, by: 'ann', reason: 'nuisance' });
  }

  get shown(): string {
    return displayState(this.alarm);
  }
}

describe('activation and return', () => {
  it('T1 activates at once without a delay and is annunciated', () => {
    const play = new Play().true(10);
    expect([play.shown, play.facts, play.annunciations, play.alarm.occurrence]).toEqual(['UNACK', ['ACTIVATED'], 1, 1]);
  });

  it('T1 is acknowledged from the start where no acknowledgement is asked', () => {
    const play = new Play({ ackOn: { active: false, return: false } }).true(10);
    expect([play.shown, play.annunciations]).toEqual(['ACKED', 0]);
  });

  it('T2 waits for the on delay, and a repeated sample does not prolong it', () => {
    const play = new Play({ onDelayMs: 100 }).true(10).true(60);
    expect([play.shown, nextDeadline(play.alarm)]).toEqual(['NORM', 110]);
    expect(play.touch(109).facts).toEqual([]);
    expect(play.touch(110).facts).toEqual(['ACTIVATED']);
  });

  it('T3 a return within the on delay annunciates nothing', () => {
    const play = new Play({ onDelayMs: 100 }).true(10).false(50);
    expect([play.touch(500).facts, play.shown, nextDeadline(play.alarm)]).toEqual([[], 'NORM', null]);
  });

  it('T4 a late touch activates at the time that was due', () => {
    const play = new Play({ onDelayMs: 100 }).true(10).touch(9000);
    expect(play.alarm.activeSince).toBe(110);
  });

  it.each([
    ['unacknowledged', { return: false }, false, 'RTNUN'],
    ['acknowledged', { return: false }, true, 'NORM'],
    ['acknowledged where the return needs one too', { return: true }, true, 'RTNUN'],
  ])('T5 %s clears', (_, ackOn, acked, shown) => {
    const play = new Play({ ackOn: { active: true, ...ackOn } }).true(10);
    if (acked) play.ack(11);
    expect([play.false(20).facts, play.shown]).toEqual([['CLEARED'], shown]);
  });

  it('T5 acknowledges by itself below priority 2 only', () => {
    expect(new Play({ autoAck: true, priority: 3 }).true(1).false(2).shown).toBe('NORM');
    expect(new Play({ autoAck: true, priority: 2 }).true(1).false(2).shown).toBe('RTNUN');
  });

  it('T6 T8 clears after the off delay, T7 stays the same occurrence when it comes back within it', () => {
    const play = new Play({ offDelayMs: 100 }).true(10).false(20);
    expect([play.shown, play.true(50).alarm.occurrence, nextDeadline(play.alarm)]).toEqual(['UNACK', 1, null]);
    play.false(60).false(70);
    expect([nextDeadline(play.alarm), play.touch(160).facts]).toEqual([160, ['CLEARED']]);
  });

  it('a new occurrence closes one that nobody acknowledged as superseded', () => {
    expect(new Play().true(1).false(2).true(3).facts).toEqual(['SUPERSEDED', 'ACTIVATED']);
  });

  it('T26 unknown cancels delays and never clears', () => {
    const play = new Play({ onDelayMs: 100, offDelayMs: 100 }).true(0).unknown(50);
    expect([nextDeadline(play.alarm), play.touch(500).shown]).toEqual([null, 'NORM']);
    play.true(500).touch(600).false(610).unknown(620);
    expect([nextDeadline(play.alarm), play.touch(9000).shown]).toEqual([null, 'UNACK']);
  });
});

describe('latching', () => {
  const latching = () => new Play({ latching: true }).true(1);

  it('T9 holds after the return, T14 resets once acknowledged', () => {
    const play = latching().ack(2).false(3);
    expect([play.shown, play.facts]).toEqual(['LATCHED_RTN', ['LATCHED']]);
    expect([play.at(4, { type: 'RESET', by: 'ann' }).shown, play.facts]).toEqual(['NORM', ['RESET', 'CLEARED']]);
  });

  it('stays held when the condition is false again and again', () => {
    expect(latching().ack(2).false(3).false(4).shown).toBe('LATCHED_RTN');
  });

  it('T10 a second trip is the same occurrence and must be seen', () => {
    const play = latching().ack(2).false(3).true(4);
    expect([play.shown, play.alarm.occurrence, play.facts, play.annunciations]).toEqual(['UNACK', 1, ['RETRIPPED'], 1]);
  });

  it('T15 refuses a reset that is not latched or not acknowledged', () => {
    expect(latching().at(2, { type: 'RESET', by: 'ann' }).refusal).toBe('NOT_LATCHED');
    expect(latching().false(2).at(3, { type: 'RESET', by: 'ann' }).refusal).toBe('NOT_ACKNOWLEDGED');
  });
});

describe('acknowledging', () => {
  it('T11 takes the current occurrence, T13 twice is once', () => {
    const play = new Play().true(1).ack(2);
    expect([play.shown, play.facts]).toEqual(['ACKED', ['ACKNOWLEDGED']]);
    expect([play.ack(3).refusal, play.facts]).toEqual([null, []]);
  });

  it('T12 refuses another occurrence and changes nothing', () => {
    const play = new Play().true(1).false(2).true(3);
    const before = play.alarm;
    expect([play.ack(4, 1).refusal, play.alarm]).toEqual(['STALE_OCCURRENCE', before]);
  });

  it('T11 ends RTNUN', () => {
    expect(new Play().true(1).false(2).ack(3).shown).toBe('NORM');
  });

  it('T22 annunciates again, not for ever', () => {
    const play = new Play({ reAlarmMs: 100, maxReAlarms: 1 }).true(0).ack(1).touch(101);
    expect([play.shown, play.facts, play.annunciations, play.alarm.occurrence]).toEqual(['UNACK', ['REALARMED'], 1, 1]);
    expect(nextDeadline(play.ack(102).alarm)).toBeNull();
  });

  it('T22 does not speak through a shelf', () => {
    const play = new Play({ reAlarmMs: 100, maxReAlarms: 1 }).true(0).ack(1).shelve(2, 500).touch(150);
    expect(play.facts).toEqual([]);
  });
});

describe('hiding', () => {
  it('T16 shelves until its end, T19 comes back unacknowledged', () => {
    const play = new Play().true(1).ack(2).shelve(3, 100);
    expect(play.shown).toBe('SHLVD');
    expect([play.touch(103).shown, play.facts, play.annunciations]).toEqual(['UNACK', ['UNSHELVED'], 1]);
  });

  it.each([
    ['not shelvable', { shelvable: false }, 10, 'NOT_SHELVABLE'],
    ['for longer than allowed', {}, 1001, 'SHELF_TOO_LONG'],
    ['for ever', {}, Infinity, 'SHELF_TOO_LONG'],
    ['for nothing', {}, 0, 'SHELF_TOO_LONG'],
    ['for no number', {}, NaN, 'SHELF_TOO_LONG'],
  ])('T16 refuses one that is %s', (_, rules, durationMs, refusal) => {
    expect(new Play(rules).true(1).shelve(2, durationMs).refusal).toBe(refusal);
  });

  it('T16 counts shelving again from the first shelve', () => {
    const play = new Play().true(0).shelve(0, 900).shelve(500, 500);
    expect(play.alarm.shelf?.until).toBe(1000);
    expect(play.shelve(600, 500).refusal).toBe('SHELF_TOO_LONG');
  });

  it('T17 T18 a one-shot shelf ends with the occurrence', () => {
    const play = new Play().true(1).shelve(2, 100, 'ONE_SHOT').false(3);
    expect([play.shown, play.facts]).toEqual(['RTNUN', ['CLEARED', 'UNSHELVED']]);
  });

  it('T19 unshelving by hand; nothing on the shelf is refused', () => {
    const play = new Play().true(1).shelve(2, 100).at(3, { type: 'UNSHELVE', by: 'ann' });
    expect([play.shown, play.at(4, { type: 'UNSHELVE', by: 'ann' }).refusal]).toEqual(['UNACK', 'NOT_SHELVED']);
  });

  it('T19 an inactive alarm comes back silently', () => {
    expect(new Play().shelve(2, 100).touch(200).annunciations).toBe(0);
  });

  it('T20 T21 suppression is a set; the ack of before outlives it', () => {
    const play = new Play().true(1).ack(2).at(3, { type: 'SUPPRESS', suppressor: 'b' }).at(4, { type: 'SUPPRESS', suppressor: 'a' });
    expect([play.shown, play.alarm.suppressors]).toEqual(['DSUPR', ['a', 'b']]);
    expect(play.at(5, { type: 'SUPPRESS', suppressor: 'a' }).facts).toEqual([]);
    play.at(6, { type: 'UNSUPPRESS', suppressor: 'a' }).at(7, { type: 'UNSUPPRESS', suppressor: 'x' });
    expect([play.shown, play.at(8, { type: 'UNSUPPRESS', suppressor: 'b' }).shown, play.annunciations]).toEqual(['DSUPR', 'ACKED', 0]);
  });

  it('T21 what was acknowledged only while suppressed is annunciated', () => {
    const play = new Play().at(1, { type: 'SUPPRESS', suppressor: 'a' }).true(2);
    expect(play.annunciations).toBe(0);
    play.ack(3).at(4, { type: 'UNSUPPRESS', suppressor: 'a' });
    expect([play.shown, play.annunciations]).toEqual(['UNACK', 1]);
  });

  it('some alarms are never suppressed', () => {
    expect(new Play({ neverSuppress: true }).at(1, { type: 'SUPPRESS', suppressor: 'a' }).refusal).toBe('NEVER_SUPPRESSED');
  });

  it('T21 out of service and back', () => {
    const out: AlarmEvent = { type: 'OUT_OF_SERVICE', by: 'ann', reason: 'repair', workOrder: null, reviewAt: null };
    const play = new Play().true(1).at(2, out).at(3, out);
    expect([play.shown, play.alarm.outOfService?.since, isAnnunciated(play.alarm)]).toEqual(['OOSRV', 2, false]);
    expect([play.at(4, { type: 'IN_SERVICE', by: 'ann' }).shown, play.annunciations]).toEqual(['UNACK', 1]);
    expect(play.at(5, { type: 'IN_SERVICE', by: 'ann' }).facts).toEqual([]);
  });

  it('T25 disabling forgets, enabling starts from scratch', () => {
    const play = new Play({ onDelayMs: 100 }).true(0).touch(100).at(101, { type: 'DISABLE', by: 'ann' });
    expect([play.shown, play.facts, play.alarm.active]).toEqual(['DISABLED', ['CLEARED', 'DISABLED'], false]);
    expect(play.at(102, { type: 'DISABLE', by: 'ann' }).facts).toEqual([]);
    expect(play.true(103).touch(900).alarm.active).toBe(false);
    play.at(901, { type: 'ENABLE', by: 'ann' }).at(902, { type: 'ENABLE', by: 'ann' });
    expect([play.shown, play.true(903).touch(1003).shown]).toEqual(['NORM', 'UNACK']);
  });

  it('T24 a comment and a silence change no other flag', () => {
    const play = new Play().true(1);
    const before = play.alarm;
    expect(play.at(2, { type: 'COMMENT', by: 'ann', text: 'seen' }).alarm).toBe(before);
    play.at(3, { type: 'SILENCE', by: 'ann' });
    expect(play.alarm).toEqual({ ...before, silenced: true, version: before.version + 1 });
    expect(play.at(4, { type: 'SILENCE', by: 'ann' }).facts).toEqual([]);
  });
});

describe('several limits (T23)', () => {
  it('a worse limit is unacknowledged again, a milder one keeps the ack', () => {
    const play = new Play().true(1, 1).ack(2).true(3, 2);
    expect([play.shown, play.facts, play.alarm.occurrence]).toEqual(['UNACK', ['ESCALATED'], 1]);
    expect([play.ack(4).true(5, 1).shown, play.facts]).toEqual(['ACKED', ['DEESCALATED']]);
  });

  it('keeps quiet where no acknowledgement is asked', () => {
    expect(new Play({ ackOn: { active: false, return: false } }).true(1, 1).true(2, 2).annunciations).toBe(0);
  });

  it('the other side is a new occurrence', () => {
    const play = new Play().true(1, 1).ack(2).true(3, -1);
    expect([play.facts, play.alarm.occurrence, play.alarm.severity]).toEqual([['CLEARED', 'ACTIVATED'], 2, -1]);
  });
});
