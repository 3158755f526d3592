import { describe, expect, it } from 'vitest';
import type { InboundFrame } from '../../src/codec/inbound-frame.js';
import { dueAt } from '../../src/session/due-at.js';
import type { Failure, Input } from '../../src/session/effects.js';
import type { SessionState } from '../../src/session/state.js';
import { helloOf } from '../device.js';
import { CONFIG, CONTROLLER, greeting, nameOf, Stepper } from './stepper.js';

type Phase = SessionState['phase'];
const PHASES: readonly Phase[] = ['awaitingHello', 'greeting', 'pending', 'active', 'superseded', 'closing'];
const passing: Failure = { code: 'UNREACHABLE', detail: 'away', isPassing: true };
const refused = (code: Failure['code']): Failure => ({ code, detail: 'no', isPassing: false });

const frames = {
  hello: { kind: 'hello', body: helloOf(CONTROLLER) },
  data: { kind: 'data', isEvent: false, streamId: 'live', seq: 1, lane: 0, baseTs: Date.UTC(2026, 10, 23), rows: [[0, 1, 0, 0]] },
  ping: { kind: 'ping', n: 1, t: 2 },
  pong: { kind: 'pong', n: 2 },
  probed: { kind: 'pong', n: 1 },
  call: { kind: 'call', id: 'd1', action: 'slots.changed', payload: { points: [], ended: [] }, options: { ttlMs: 5000, key: 'k', sentAt: 1 } },
  result: { kind: 'result', id: 'x', payload: {} },
  error: { kind: 'error', id: 'x', code: 'C', text: 't', details: {} },
  ack: { kind: 'gatewayOnly', number: 7 },
} satisfies Record<string, InboundFrame>;
const call: Input = { type: 'call', call: { owner: { kind: 'bus', token: 1 }, action: 'point.read', payload: {}, key: 'k', deliverBy: Date.UTC(2026, 10, 23) + 5000 } };

/** Row: input; columns: what it does in each phase. Forbidden frames stand here too: they close. */
const TABLE: [string, Input, Record<Phase, string[]>][] = [
  ['HELLO', frame('hello'), { awaitingHello: ['greet'], greeting: ['close 4400'], pending: ['close 4400'], active: ['close 4400'], superseded: [], closing: [] }],
  ['DATA', frame('data'), { awaitingHello: ['close 4400'], greeting: ['close 4400'], pending: ['close 4429'], active: ['ingest'], superseded: [], closing: [] }],
  ['PING', frame('ping'), { awaitingHello: ['close 4400'], greeting: ['send 10'], pending: ['send 10'], active: ['send 10'], superseded: [], closing: [] }],
  ['PONG', frame('pong'), { awaitingHello: ['close 4400'], greeting: [], pending: [], active: [], superseded: [], closing: [] }],
  ['the answer to our PING', frame('probed'), { awaitingHello: ['close 4400'], greeting: [], pending: [], active: [], superseded: ['close 4500'], closing: [] }],
  ['CALL', frame('call'), { awaitingHello: ['close 4400'], greeting: ['close 4400'], pending: ['send 5'], active: ['relay'], superseded: [], closing: [] }],
  ['RESULT', frame('result'), { awaitingHello: ['close 4400'], greeting: ['close 4400'], pending: ['tally lateResults'], active: ['tally lateResults'], superseded: [], closing: [] }],
  ['ERROR', frame('error'), { awaitingHello: ['close 4400'], greeting: ['close 4400'], pending: ['tally lateResults'], active: ['tally lateResults'], superseded: [], closing: [] }],
  ['ACK', frame('ack'), { awaitingHello: ['close 4400'], greeting: ['close 4400'], pending: ['close 4400'], active: ['close 4400'], superseded: [], closing: [] }],
  ['malformed', { type: 'malformed', problem: 'p' }, all(['send 5', 'tally malformedFrames'], { awaitingHello: ['close 4400'], superseded: [] })],
  ['forbidden bytes', { type: 'unreadable', code: 1007, text: 'x' }, all(['close 1007'])],
  ['a peer that does not read', { type: 'stalled' }, all(['terminate 4408'])],
  ['a control ping', { type: 'controlPing' }, all([])],
  ['a command', call, all(['settle offline'], { active: ['send 3'], superseded: ['settle offline'], closing: ['settle offline'] })],
  ['confirmed', { type: 'accepted' }, all([], { pending: ['fetchChannels'] })],
  ['channels changed', { type: 'channelsChanged' }, all([], { pending: ['fetchChannels'], active: ['fetchChannels'] })],
  ['revoked', { type: 'revoked', code: 4501, text: 'revoked' }, all(['close 4501'])],
  ['superseded', { type: 'revoked', code: 4500, text: 'superseded' }, all(['send 9'], { awaitingHello: ['close 4500'], superseded: [] })],
  ['drain', { type: 'drain', withinMs: 1, spreadMs: 1, reason: 'r' }, all([], { pending: ['send 12'], active: ['send 12'] })],
  ['restart', { type: 'restart' }, all(['close 1012'], { superseded: ['close 4500'] })],
  ['gone', { type: 'gone' }, all([])],
  ['tick', { type: 'tick' }, all([])],
  ['a reply to HELLO', { type: 'greeted', reply: greeting() }, all([], { greeting: ['send 2'], superseded: [], closing: [] })],
  ['a stored batch', { type: 'stored', queue: 'samples', acked: {} }, all([])],
  ['a refused batch', { type: 'storeFailed', queue: 'samples', failure: refused('STALE_SESSION') }, all(['close 4500'], { superseded: [] })],
  ['a refusal of something else', { type: 'refused', failure: refused('STALE_SESSION') }, all(['close 4500'], { superseded: [] })],
  ['a relayed CALL that nobody made', { type: 'relayed', id: 'd1' }, all([])],
];

describe('each input in each phase', () => {
  for (const [name, input, expected] of TABLE) {
    it.each(PHASES)(`${name} while %s`, (phase) => {
      expect(Stepper.in(phase).input(input).map(nameOf)).toEqual(expected[phase]);
    });
  }
});

describe('HELLO', () => {
  it.each([
    ['conflict', { conflict: 'live' }, 'close 4509'],
    ['revoked', { status: 'revoked' as const }, 'close 4501'],
    ['registered only', { status: 'registered' as const }, 'close 4425'],
  ])('answered with %s', (_, change, last) => {
    const effects = Stepper.in('greeting').input({ type: 'greeted', reply: greeting(change) });
    expect(effects.map(nameOf).at(-1)).toBe(last);
  });

  it.each([
    ['POINT_LIST_INVALID', 'close 4400'],
    ['VALIDATION_FAILED', 'close 4400'],
    ['STALE_SESSION', 'close 4500'],
    ['CONTROLLER_NOT_ACTIVE', 'close 4401'],
    ['MALFORMED_REQUEST', 'close 1011'],
  ] as const)('refused with %s', (code, expected) => {
    expect(Stepper.in('greeting').input({ type: 'greetFailed', failure: refused(code) }).map(nameOf)).toEqual([expected]);
  });

  it('is asked again with growing pauses, and given up with 1013', () => {
    const stepper = Stepper.in('greeting');
    const asked: number[] = [];
    const start = stepper.now.monotonic;
    stepper.input({ type: 'greetFailed', failure: passing });
    while (stepper.state.phase === 'greeting') {
      const effects = stepper.advance(10);
      if (effects.some(({ type }) => type === 'greet')) {
        asked.push(stepper.now.monotonic - start);
        stepper.input({ type: 'greetFailed', failure: passing });
      }
    }
    expect(stepper.now.monotonic - start).toBe(20_000);
    expect(asked.length).toBeGreaterThan(4);
    expect(asked.length).toBeLessThan(20);
    expect(stepper.effects.map(nameOf).at(-1)).toBe('close 1013');
  });

  it('is closed when it does not come', () => {
    const stepper = new Stepper();
    expect(stepper.advance(4_999)).toEqual([]);
    expect(stepper.advance(1).map(nameOf)).toEqual(['close 4400']);
  });
});

describe('acknowledgements', () => {
  it('wait 200 ms for company', () => {
    const stepper = Stepper.in('active');
    stepper.data(1);
    expect(stepper.stored({ live: 1 })).toEqual([]);
    expect(stepper.advance(199)).toEqual([]);
    expect(stepper.advance(1)).toEqual([{ type: 'send', frame: [7, 'live', 1, 64] }]);
    expect(stepper.advance(1_000)).toEqual([]);
  });

  it('leave at once when half of the credits wait', () => {
    const stepper = Stepper.in('active');
    for (let seq = 1; seq <= 32; seq += 1) stepper.data(seq);
    stepper.stored({ live: 1 });
    expect(stepper.stored({ live: 32 }).map(nameOf)).toEqual(['send 7']);
  });

  it('one request at a time: what comes meanwhile goes with the next', () => {
    const stepper = Stepper.in('active');
    expect(stepper.data(1).map(nameOf)).toEqual(['ingest']);
    expect(stepper.data(2)).toEqual([]);
    expect(stepper.data(3)).toEqual([]);
    const [next] = stepper.stored({ live: 1 });
    expect(next?.type === 'ingest' && next.frames.map(({ seq }) => seq)).toEqual([2, 3]);
  });

  it('a batch stays below what the bus carries', () => {
    const stepper = Stepper.in('active');
    const rows = Array.from({ length: 1000 }, () => [0, 1.123456789, 0, 0]);
    stepper.data(1, rows);
    for (let seq = 2; seq <= 64; seq += 1) stepper.frame({ kind: 'data', isEvent: false, streamId: 'live', seq, lane: 0, baseTs: stepper.now.wall, rows }, 64_000);
    for (let acked = 1; acked < 64; ) {
      const ingest = stepper.stored({ live: acked }).find((effect) => effect.type === 'ingest');
      if (ingest?.type !== 'ingest') throw new Error('no batch');
      expect(JSON.stringify(ingest.frames).length).toBeLessThan(1024 * 1024 - 1024);
      acked += ingest.frames.length;
    }
  });
});

describe('liveness', () => {
  it('any valid frame restarts the timer', () => {
    const stepper = Stepper.in('active');
    for (let beat = 0; beat < 5; beat += 1) {
      expect(stepper.advance(59_999)).toEqual([]);
      stepper.frame(frames.ping);
    }
    expect(stepper.advance(60_000).map(nameOf)).toEqual(['terminate 4408']);
  });

  it('malformed frames, control pings and answers of the store do not', () => {
    const stepper = Stepper.in('active');
    stepper.advance(59_000);
    stepper.input({ type: 'malformed', problem: 'x' });
    stepper.input({ type: 'controlPing' });
    stepper.stored({});
    expect(stepper.advance(1_000).map(nameOf)).toEqual(['terminate 4408']);
  });

  it('silence does not count while the gateway itself does not read', () => {
    const stepper = Stepper.in('active');
    stepper.now = { ...stepper.now, isPaused: true };
    expect(stepper.advance(120_000)).toEqual([]);
    stepper.now = { ...stepper.now, isPaused: false };
    expect(stepper.advance(59_999)).toEqual([]);
    expect(stepper.advance(1).map(nameOf)).toEqual(['terminate 4408']);
  });
});

describe('commands behind a full socket', () => {
  it('wait, and expire unsent', () => {
    const stepper = Stepper.in('active');
    stepper.now = { ...stepper.now, backlogBytes: 100_000 };
    expect(stepper.call(1, 1_000)).toEqual([]);
    expect(stepper.advance(500)).toEqual([]);
    expect(stepper.advance(301).map(nameOf)).toEqual(['settle expired', 'tally expiredCalls']);
  });

  it('leave when it has drained', () => {
    const stepper = Stepper.in('active');
    stepper.now = { ...stepper.now, backlogBytes: 100_000 };
    stepper.call(1, 1_000);
    stepper.now = { ...stepper.now, backlogBytes: 0 };
    const [sent] = stepper.advance(400);
    expect(sent?.type === 'send' && sent.frame[0] === 3 && sent.frame[4]).toMatchObject({ ttlMs: 600 });
  });
});

describe('missing frames', () => {
  it('that HELLO says are gone are not asked for, even if the next frame is faster than the store', () => {
    const stepper = new Stepper();
    stepper.hello({ streams: [{ id: 'live', oldest: 6, next: 7 }] });
    const effects = stepper.input({ type: 'greeted', reply: greeting({ acked: { live: 2 } }) });
    expect(effects.map(nameOf)).toEqual(['send 2', 'tally lostFrames', 'note', 'ingest']);
    const recorded = effects.find((effect) => effect.type === 'ingest');
    expect(recorded).toMatchObject({ queue: 'events', frames: [], losses: [{ streamId: 'live', from: 3, to: 5, why: 'store' }] });
    expect(stepper.data(6).map(nameOf)).toEqual(['ingest']);
  });

  const asking = () => {
    const stepper = Stepper.in('active');
    stepper.data(10);
    stepper.stored({ live: 0 });
    return stepper;
  };
  const refuse = (stepper: Stepper, code: string, details: unknown) => stepper.frame({ kind: 'error', id: 'g1', code, text: '', details });

  it('GONE with bounds: exactly those are passed over, the rest is asked for again', () => {
    const stepper = asking();
    const effects = refuse(stepper, 'GONE', { from: 1, to: 4 });
    const ingest = effects.find((effect) => effect.type === 'ingest');
    expect(ingest).toMatchObject({ queue: 'events', frames: [], losses: [{ streamId: 'live', from: 1, to: 4, why: 'replay' }] });
    const call = effects.find((effect) => effect.type === 'send');
    expect(call?.type === 'send' && call.frame[3]).toEqual({ streamId: 'live', from: 5, to: 9 });
  });

  it('a number that arrived meanwhile is not lost', () => {
    const stepper = asking();
    stepper.data(2);
    const effects = refuse(stepper, 'GONE', { from: 1, to: 9 });
    expect(effects.find((effect) => effect.type === 'tally')).toMatchObject({ what: 'lostFrames', count: 8 });
  });

  it.each([
    ['GONE without bounds', 'GONE', {}],
    ['GONE with bounds that were not asked for', 'GONE', { from: 1, to: 10 }],
    ['GONE with bounds of text', 'GONE', { from: '1', to: '2' }],
    ['another refusal', 'DELIVERY_EXPIRED', {}],
  ])('%s: the controller resumes, so that nothing is given up that it has', (_, code, details) => {
    expect(refuse(asking(), code, details).map(nameOf)).toEqual(['close 4408']);
  });

  it('unanswered is asked again, three times', () => {
    const stepper = asking();
    for (const expected of ['send 3', 'send 3', 'close 4408']) {
      stepper.frame(frames.ping);
      expect(stepper.advance(10_000).map(nameOf)).toContain(expected);
    }
  });
});

describe('a point list that is wanted', () => {
  const wanting = () => {
    const stepper = Stepper.in('greeting');
    stepper.input({ type: 'greeted', reply: greeting({ points: { rev: 'old', wanted: true } }) });
    return stepper;
  };

  it('holds samples until HELLO finds its list', () => {
    const stepper = wanting();
    expect(stepper.data(1)).toEqual([]);
    expect(stepper.input({ type: 'channelsChanged' }).map(nameOf)).toEqual(['greet']);
    expect(stepper.input({ type: 'greeted', reply: greeting({ points: { rev: 'old', wanted: true } }) })).toEqual([]);
    stepper.now = { ...stepper.now, monotonic: stepper.now.monotonic + 5_000 };
    stepper.input({ type: 'channelsChanged' });
    expect(stepper.input({ type: 'greeted', reply: greeting() }).map(nameOf)).toEqual(['ingest']);
  });

  it('is all that HELLO is kept for', () => {
    expect(Stepper.in('active').state.hello).toBeNull();
    const stepper = wanting();
    expect(stepper.state.hello).not.toBeNull();
    stepper.input({ type: 'channelsChanged' });
    stepper.input({ type: 'greeted', reply: greeting() });
    expect(stepper.state.hello).toBeNull();
  });

  it('another list than HELLO named: the controller says HELLO again', () => {
    const stepper = wanting();
    stepper.input({ type: 'channelsChanged' });
    expect(stepper.input({ type: 'greeted', reply: greeting({ points: { rev: 'third', wanted: true } }) }).map(nameOf)).toEqual(['close 4401']);
  });

  it('an answer from before the change does not count', () => {
    const stepper = wanting();
    stepper.input({ type: 'channelsChanged' });
    stepper.input({ type: 'channelsChanged' });
    expect(stepper.input({ type: 'greeted', reply: greeting() }).map(nameOf)).toEqual(['greet']);
  });

  it('is asked for again when backend was away', () => {
    const stepper = wanting();
    stepper.input({ type: 'channelsChanged' });
    stepper.input({ type: 'greetFailed', failure: passing });
    expect(stepper.advance(999)).toEqual([]);
    expect(stepper.advance(1).map(nameOf)).toEqual(['greet']);
  });
});

describe('dueAt', () => {
  it.each([
    ['awaitingHello', CONFIG.helloWithinMs],
    ['greeting', CONFIG.greetWithinMs],
    ['pending', 2 * CONFIG.heartbeatMs],
    ['active', 2 * CONFIG.heartbeatMs],
    ['superseded', CONFIG.probeWithinMs],
    ['closing', Number.POSITIVE_INFINITY],
  ] as const)('%s: after %i ms', (phase, wait) => {
    const { state, now } = Stepper.in(phase);
    expect(dueAt(state, CONFIG, now.monotonic) - now.monotonic).toBe(wait);
  });
});

function frame(name: keyof typeof frames): Input {
  return { type: 'frame', frame: frames[name], bytes: 50 };
}

/** The same in every open phase, also while superseded; nothing once closing, but for what `but` says. */
function all(effects: string[], but: Partial<Record<Phase, string[]>> = {}): Record<Phase, string[]> {
  return { awaitingHello: effects, greeting: effects, pending: effects, active: effects, superseded: effects, closing: [], ...but };
}

