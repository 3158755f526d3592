import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  COMMAND_TRANSITIONS,
  isFinal,
  mayMove,
  restoresIntent,
  stepCommand,
  type CommandEvent,
  type CommandProgress,
  type HostedState,
} from './life-cycle.js';
import { COMMAND_STATES, type CommandState } from './words.js';

const command = (over: Partial<CommandProgress> = {}): CommandProgress => ({
  state: 'SENT',
  operation: 'write',
  level: 8,
  value: 21.5,
  ownerId: 'mine',
  resolution: 0.5,
  storedValue: null,
  readbackValue: null,
  resultSeq: null,
  ...over,
});
const slot = (over: Partial<HostedState['slots'][number]> = {}) => ({ level: 8 as const, value: 21.5, commandId: 'mine', ...over });
const hosted = (over: Partial<HostedState> = {}): HostedState => ({
  slots: [slot()],
  relinquishDefault: 20,
  winner: 8,
  presentValue: 21.5,
  readSeq: 10,
  ...over,
});
const stored = (over: Partial<CommandProgress> = {}) => command({ state: 'STORED', storedValue: 21.5, resultSeq: 5, ...over });
const empty = hosted({ slots: [], winner: null, presentValue: 20 });

describe('transitions', () => {
  const allowed: Readonly<Record<CommandState, string>> = {
    REQUESTED: 'REJECTED PENDING_APPROVAL ACCEPTED FAILED',
    PENDING_APPROVAL: 'REJECTED ACCEPTED EXPIRED CANCELLED FAILED',
    ACCEPTED: 'SENT EXPIRED SUPERSEDED CANCELLED OFFLINE FAILED',
    SENT: 'STORED CLAMPED EXPIRED SUPERSEDED CANCELLED OFFLINE UNKNOWN FAILED',
    UNKNOWN: 'STORED CLAMPED EXPIRED SUPERSEDED UNRESOLVED FAILED',
    STORED: 'EFFECTIVE MASKED FAILED CLAMPED',
    CLAMPED: 'CLAMPED MASKED FAILED',
    MASKED: 'EFFECTIVE CLAMPED FAILED',
    EFFECTIVE: 'PROVEN MISMATCH MASKED FAILED',
    PROVEN: 'MISMATCH MASKED FAILED',
    MISMATCH: 'PROVEN MASKED FAILED',
    REJECTED: '',
    EXPIRED: '',
    SUPERSEDED: '',
    CANCELLED: '',
    OFFLINE: '',
    UNRESOLVED: '',
    FAILED: '',
  };
  const pairs = COMMAND_STATES.flatMap((from) => COMMAND_STATES.map((to) => [from, to, allowed[from].split(' ').includes(to)] as const));

  it.each(pairs)('%s -> %s: %s', (from, to, expected) => {
    expect(mayMove(from, to)).toBe(expected);
  });

  it('end in states from which nothing follows', () => {
    expect(COMMAND_STATES.filter(isFinal)).toEqual(['REJECTED', 'EXPIRED', 'SUPERSEDED', 'CANCELLED', 'OFFLINE', 'UNRESOLVED', 'FAILED']);
  });

  it('restore the previous intent where the command was not carried out', () => {
    expect(COMMAND_STATES.filter(restoresIntent)).toEqual(['EXPIRED', 'CANCELLED', 'OFFLINE', 'FAILED']);
  });
});

describe('plain events', () => {
  it.each([
    ['REQUESTED', { type: 'rejected', code: 'OUT_OF_RANGE' }, 'REJECTED', 'OUT_OF_RANGE', false],
    ['REQUESTED', { type: 'approvalRequired' }, 'PENDING_APPROVAL', null, false],
    ['REQUESTED', { type: 'accepted' }, 'ACCEPTED', null, false],
    ['ACCEPTED', { type: 'sent' }, 'SENT', null, false],
    ['ACCEPTED', { type: 'offline' }, 'OFFLINE', null, true],
    ['ACCEPTED', { type: 'superseded' }, 'SUPERSEDED', null, false],
    ['SENT', { type: 'expired' }, 'EXPIRED', null, true],
    ['SENT', { type: 'cancelled' }, 'CANCELLED', null, true],
    ['SENT', { type: 'unanswered' }, 'UNKNOWN', null, false],
    ['UNKNOWN', { type: 'abandoned' }, 'UNRESOLVED', null, false],
    ['SENT', { type: 'failed', code: 'CONTROLLER_REFUSED' }, 'FAILED', 'CONTROLLER_REFUSED', true],
    ['EFFECTIVE', { type: 'feedbackAgreed' }, 'PROVEN', null, false],
    ['EFFECTIVE', { type: 'feedbackDiffered' }, 'MISMATCH', null, false],
  ] as const)('%s + %j -> %s', (state, event, to, code, restores) => {
    const step = stepCommand(command({ state }), event);
    expect(step).toMatchObject({ moved: true, code, fact: null, restoresIntent: restores, command: { state: to } });
  });

  it.each([
    ['OFFLINE', { type: 'answered', hosted: hosted() }],
    ['EXPIRED', { type: 'sent' }],
    ['UNRESOLVED', { type: 'answered', hosted: hosted() }],
    ['ACCEPTED', { type: 'answered', hosted: hosted() }],
    ['REJECTED', { type: 'accepted' }],
    ['EFFECTIVE', { type: 'expired' }],
    ['UNKNOWN', { type: 'cancelled' }],
    ['ACCEPTED', { type: 'unanswered' }],
  ] as const)('a late or foreign event changes nothing: %s + %j', (state, event) => {
    expect(stepCommand(command({ state }), event)).toEqual({ moved: false, why: 'FORBIDDEN' });
  });
});

describe('RESULT', () => {
  const answered = (over?: Partial<HostedState>): CommandEvent => ({ type: 'answered', hosted: hosted(over) });
  it.each([
    ['stored as asked', command(), answered(), { state: 'STORED', storedValue: 21.5, resultSeq: 10 }],
    ['stored within half a step', command(), answered({ slots: [slot({ value: 21.7 })] }), { state: 'STORED', storedValue: 21.7 }],
    ['changed by the host', command(), answered({ slots: [slot({ value: 24 })] }), { state: 'CLAMPED', storedValue: 24 }],
    ['known after a lost link', command({ state: 'UNKNOWN' }), answered(), { state: 'STORED' }],
    ['release done', command({ operation: 'release', value: null }), { type: 'answered', hosted: empty }, { state: 'STORED', storedValue: null }],
  ] as const)('%s', (_, before, event, after) => {
    expect(stepCommand(before, event)).toMatchObject({ moved: true, code: null, fact: null, command: after });
  });

  it.each([
    ['another owner', command(), answered({ slots: [slot({ commandId: 'other' })] }), 'SUPERSEDED', null, 'OVERTAKEN'],
    ['a release of what another owns', command({ operation: 'release', value: null }), answered({ slots: [slot({ commandId: 'other' })] }), 'SUPERSEDED', null, 'OVERTAKEN'],
    ['nothing in the slot', command(), { type: 'answered', hosted: empty }, 'FAILED', 'NOT_STORED', null],
    ['a release that did nothing', command({ operation: 'release', value: null }), answered(), 'FAILED', 'NOT_RELEASED', null],
  ] as const)('%s', (_, before, event, state, code, fact) => {
    expect(stepCommand(before, event)).toMatchObject({ moved: true, code, fact, command: { state } });
  });
});

describe('readback', () => {
  const read = (over?: Partial<HostedState>): CommandEvent => ({ type: 'read', hosted: hosted(over) });
  it.each([
    ['the present value shows it', stored(), read(), 'EFFECTIVE'],
    ['within half a step', stored(), read({ presentValue: 21.3 }), 'EFFECTIVE'],
    ['a higher level wins', stored(), read({ winner: 5, slots: [{ level: 5, value: 10, commandId: null }, slot()], presentValue: 10 }), 'MASKED'],
    ['the mask is gone', stored({ state: 'MASKED' }), read(), 'EFFECTIVE'],
    ['the changed value is in force', stored({ state: 'CLAMPED', value: 30 }), read(), 'CLAMPED'],
    ['the mask over the changed value is gone', stored({ state: 'MASKED', value: 30 }), read(), 'CLAMPED'],
    ['a release shows the default', stored({ operation: 'release', value: null }), { type: 'read', hosted: empty }, 'EFFECTIVE'],
    ['a release without a default', stored({ operation: 'release', value: null }), { type: 'read', hosted: hosted({ slots: [], winner: null, relinquishDefault: null, presentValue: null }) }, 'EFFECTIVE'],
    ['a release shows the next level', stored({ operation: 'release', value: null }), read({ winner: 16, slots: [slot({ level: 16 as never, commandId: 'x', value: 18 })], presentValue: 18 }), 'EFFECTIVE'],
  ] as const)('%s', (_, before, event, state) => {
    expect(stepCommand(before, event)).toMatchObject({ moved: true, command: { state } });
  });

  it.each([
    ['before any RESULT', stored({ resultSeq: null }), read()],
    ['taken before the RESULT', stored({ resultSeq: 10 }), read()],
    ['an old value, still', stored(), read({ presentValue: 20 })],
    ['no value at all', stored(), read({ presentValue: null })],
    ['a winner that is not among the slots', stored(), read({ winner: 9 })],
  ] as const)('settles nothing: %s', (_, before, event) => {
    expect(stepCommand(before, event)).toEqual({ moved: false, why: 'NOT_YET' });
  });

  it('fails when the last read still differs', () => {
    const step = stepCommand(stored(), { type: 'readFinally', hosted: hosted({ presentValue: 20 }) });
    expect(step).toMatchObject({ moved: true, code: 'READBACK_DIFFERS', restoresIntent: true, command: { state: 'FAILED', readbackValue: 20 } });
  });

  it.each([
    ['its time was over', stored(), { type: 'read', hosted: empty }, 'SLOT_EMPTY', 'ENDED'],
    ['another took the slot', stored(), read({ slots: [slot({ commandId: 'other' })] }), 'OVERTAKEN', 'OVERTAKEN'],
    ['the release was undone', stored({ operation: 'release', value: null }), read(), 'NOT_RELEASED', null],
  ] as const)('fails when the slot changed hands in between: %s', (_, before, event, code, fact) => {
    expect(stepCommand(before, event)).toMatchObject({ moved: true, code, fact, command: { state: 'FAILED' } });
  });

  it.each([
    ['ENDED', 'SLOT_EMPTY'],
    ['RELEASED', 'SLOT_EMPTY'],
    ['OVERTAKEN', 'OVERTAKEN'],
  ] as const)('fails when its slot is %s before anybody could read it', (fact, code) => {
    expect(stepCommand(stored(), { type: 'slotLost', fact })).toMatchObject({ moved: true, code, fact, command: { state: 'FAILED', storedValue: 21.5 } });
  });

  it.each(['SENT', 'UNKNOWN', 'CLAMPED', 'MASKED', 'EFFECTIVE'] as const)('leaves %s as it is when the slot is lost', (state) => {
    expect(stepCommand(stored({ state }), { type: 'slotLost', fact: 'ENDED' })).toEqual({ moved: false, why: 'NOT_YET' });
  });

  it('never calls a write effective whose value is not the present value', () => {
    const values = fc.integer({ min: -50, max: 50 });
    fc.assert(
      fc.property(values, values, values, fc.boolean(), (value, held, presentValue, isLast) => {
        const state = hosted({ slots: [slot({ value: held })], presentValue });
        const step = stepCommand(stored({ value, resolution: 1 }), { type: isLast ? 'readFinally' : 'read', hosted: state });
        if (step.moved && step.command.state === 'EFFECTIVE') expect([held, presentValue]).toEqual([value, value]);
      }),
    );
  });
});

it('never leaves a final state, whatever happens', () => {
  const events: CommandEvent[] = [
    { type: 'accepted' },
    { type: 'sent' },
    { type: 'offline' },
    { type: 'expired' },
    { type: 'cancelled' },
    { type: 'superseded' },
    { type: 'unanswered' },
    { type: 'abandoned' },
    { type: 'answered', hosted: hosted() },
    { type: 'answered', hosted: empty },
    { type: 'read', hosted: hosted({ readSeq: 99 }) },
    { type: 'readFinally', hosted: hosted({ presentValue: 0, readSeq: 99 }) },
    { type: 'feedbackAgreed' },
    { type: 'failed', code: 'X' },
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...events), { maxLength: 20 }), (sequence) => {
      let now = command({ state: 'REQUESTED' });
      for (const event of sequence) {
        const step = stepCommand(now, event);
        if (!step.moved) continue;
        expect(isFinal(now.state)).toBe(false);
        expect(COMMAND_TRANSITIONS[now.state]).toContain(step.command.state);
        now = step.command;
      }
    }),
  );
});
