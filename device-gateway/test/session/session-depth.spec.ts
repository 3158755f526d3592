import { describe, expect, it } from 'vitest';
import type { InboundFrame } from '../../src/codec/inbound-frame.js';
import type { Effect, Failure } from '../../src/session/effects.js';
import { liveFirst } from '../../src/session/queues.js';
import { CONFIG, greeting, nameOf, Stepper } from './stepper.js';

const passing: Failure = { code: 'UNREACHABLE', detail: 'away', isPassing: true };
const PING: InboundFrame = { kind: 'ping', n: 1, t: 2 };

describe('events', () => {
  it('do not wait for samples that are under way, nor for those that are ready', () => {
    const stepper = Stepper.in('active');
    stepper.data(1);
    stepper.data(2);
    expect(stepper.event(1)).toMatchObject([{ type: 'ingest', queue: 'events', frames: [{ streamId: 'events', seq: 1 }] }]);
    expect(stepper.event(2)).toEqual([]);
    expect(stepper.stored({ events: 1 }, 'events')).toMatchObject([{ type: 'ingest', queue: 'events', frames: [{ seq: 2 }] }]);
  });

  it('go on while the store refuses samples', () => {
    const stepper = Stepper.in('active');
    stepper.data(1);
    stepper.input({ type: 'storeFailed', queue: 'samples', failure: passing });
    expect(stepper.event(1).map(nameOf)).toEqual(['ingest']);
    stepper.stored({ events: 1 }, 'events');
    expect(stepper.advance(CONFIG.ackAfterMs).filter(({ type }) => type === 'send')).toEqual([{ type: 'send', frame: [7, 'events', 1, 64] }]);
  });

  it('share the credits', () => {
    const stepper = Stepper.in('active');
    for (let seq = 1; seq <= 63; seq += 1) stepper.data(seq);
    expect(stepper.event(1).map(nameOf)).toEqual(['ingest']);
    expect(stepper.event(2).map(nameOf)).toEqual(['close 4429']);
  });

  it('have a stream of their own: a sample in it is taken as an event, and said', () => {
    const stepper = Stepper.in('active');
    stepper.event(1);
    const effects = stepper.data(2, [[0, 1, 0, 0]], 'events');
    expect(effects[0]).toMatchObject({ type: 'send', frame: [5, '', 'MIXED_STREAM', expect.any(String), { stream: 'events', seq: 2 }] });
    expect(stepper.stored({ events: 1 }, 'events')).toMatchObject([{ queue: 'events', frames: [{ seq: 2 }] }]);
  });
});

describe('backfill', () => {
  it('takes the room that live samples leave', () => {
    const stepper = Stepper.in('active');
    stepper.data(1);
    for (let seq = 1; seq <= 3; seq += 1) stepper.data(seq, [[0, 1, 0, 0]], 'backfill', 1);
    stepper.data(2);
    const [next] = stepper.stored({ live: 1 });
    expect(next?.type === 'ingest' && next.frames.map(({ streamId, seq }) => `${streamId} ${seq}`)).toEqual(['live 2', 'backfill 1', 'backfill 2', 'backfill 3']);
  });

  it('within a stream of mixed lanes keeps the order of the numbers', () => {
    const frames = [1, 0, 0, 1].map((lane, index) => ({ frame: { streamId: index < 3 ? 'mixed' : 'other', seq: index, lane: lane as 0 | 1, rows: [] }, bytes: 1 }));
    expect(liveFirst([...frames, { frame: { streamId: 'live', seq: 9, lane: 0, rows: [] }, bytes: 1 }]).map(({ frame }) => frame.seq)).toEqual([9, 0, 1, 2, 3]);
  });
});

describe('a report of losses', () => {
  const options = { ttlMs: 5_000, key: 'k', sentAt: 1 };
  const said = { carries: 'live' as const, rows: 40, oldest: null, newest: null };
  const report = (stepper: Stepper, losses: unknown) => stepper.frame({ kind: 'call', id: 'd1', action: 'loss.report', payload: { losses }, options });

  it('passes over what was dropped, and is answered when that is on record', () => {
    const stepper = Stepper.in('active');
    const effects = report(stepper, [{ streamId: 'live', from: 1, to: 20, ...said }]);
    expect(effects.at(-1)).toMatchObject({ queue: 'events', losses: [{ streamId: 'live', from: 1, to: 20, why: 'dropped', said }] });
    expect(stepper.data(21).map(nameOf)).toEqual(['ingest']);
    expect(stepper.stored({ live: 20 }, 'events').map(nameOf)).toEqual(['send 4']);
  });

  it('of what was passed over before still brings what it says', () => {
    const stepper = Stepper.in('active');
    stepper.stored({ live: 20 });
    expect(report(stepper, [{ streamId: 'live', from: 1, to: 20, ...said }]).at(-1)).toMatchObject({ losses: [{ from: 1, to: 20, said }] });
  });

  it('leaves what arrived alone, and the hole before it to be asked for', () => {
    const stepper = Stepper.in('active');
    stepper.data(1);
    const ingest = report(stepper, [{ streamId: 'live', from: 5, to: 6, ...said }]).at(-1);
    expect(ingest).toMatchObject({ losses: [{ from: 5, to: 6 }] });
    const call = stepper.data(7).find((effect) => effect.type === 'send');
    expect(call?.type === 'send' && call.frame[3]).toEqual({ streamId: 'live', from: 2, to: 6 });
  });

  it.each([
    ['of a stream that HELLO did not name', [{ streamId: 'x', from: 1, to: 2, ...said }]],
    ['that ends before it begins', [{ streamId: 'live', from: 2, to: 1, ...said }]],
    ['of numbers that do not exist yet', [{ streamId: 'live', from: 1, to: 9_000_000, ...said }]],
    ['without anything', []],
  ])('%s is refused', (_, losses) => {
    expect(report(Stepper.in('active'), losses)).toMatchObject([{ type: 'send', frame: [5, 'd1', 'BAD_PAYLOAD', expect.any(String), {}] }]);
  });
});

describe('the clock of the controller', () => {
  const offset = (effects: readonly Effect[]) => effects.flatMap((effect) => (effect.type === 'tellClock' || effect.type === 'greet' ? [effect.clockOffsetMs] : []));

  it('is measured at HELLO and by each PING; a much changed offset is told', () => {
    const stepper = new Stepper();
    const clock = (offsetMs: number) => ({ now: stepper.now.wall + offsetMs, source: 'rtc', uptimeMs: 5_000 });
    expect(offset(stepper.hello({ clock: clock(90_000) }))).toEqual([90_000]);
    stepper.input({ type: 'greeted', reply: greeting() });
    const ping = (offsetMs: number) => offset(stepper.frame({ kind: 'ping', n: 1, t: stepper.now.wall + offsetMs }));
    expect([ping(90_400), ping(100), ping(-300), ping(-700_000)]).toEqual([[], [100], [], [-700_000]]);
  });

  it('says nothing by an uptime', () => {
    expect(offset(Stepper.in('active').frame({ kind: 'ping', n: 1, t: 86_400_123 }))).toEqual([]);
  });

  it('that is not there: times are counted from the boot, also those before it', () => {
    const stepper = new Stepper();
    expect(offset(stepper.hello({ clock: { now: null, source: 'none', uptimeMs: 60_000 } }))).toEqual([null]);
    stepper.input({ type: 'greeted', reply: greeting() });
    const rows = [[0, 1, 0, 0], [0, 2, 0, 59_000], [0, 3, 0, -3_600_000], [0, 4, 0, 200_000]];
    const [ingest] = stepper.frame({ kind: 'data', isEvent: false, streamId: 'live', seq: 1, lane: 0, baseTs: 500, rows });
    const boot = stepper.now.wall - 60_000;
    const times = ingest?.type === 'ingest' ? ingest.frames[0]?.rows.map(([, sourceTime, , , quality]) => [sourceTime, quality]) : null;
    expect(times).toEqual([[boot + 500, 0], [boot + 59_500, 0], [boot - 3_599_500, 0], [stepper.now.wall, 64]]);
  });
});

describe('takeover', () => {
  it('nobody answers any more: closed as superseded after a while, whatever else is said', () => {
    const stepper = Stepper.in('active');
    stepper.call(1);
    expect(stepper.input({ type: 'revoked', code: 4500, text: 'superseded' }).map(nameOf)).toEqual(['settle unknown', 'send 9']);
    expect(stepper.data(1)).toEqual([]);
    expect(stepper.event(1)).toEqual([]);
    expect(stepper.advance(CONFIG.probeWithinMs - 1)).toEqual([]);
    expect(stepper.advance(1)).toMatchObject([{ type: 'close', code: 4500, reason: 'superseded' }]);
  });

  it('somebody answers: a clone', () => {
    const stepper = Stepper.in('superseded');
    expect(stepper.frame({ kind: 'pong', n: 1 })).toMatchObject([{ type: 'close', code: 4500, reason: 'clone' }]);
  });

  it('a revocation during the question is a revocation', () => {
    expect(Stepper.in('superseded').input({ type: 'revoked', code: 4501, text: 'revoked' }).map(nameOf)).toEqual(['close 4501']);
  });
});

describe('a deaf controller', () => {
  it('is closed after three calls in a row, however lively its PINGs, and each command ends as unknown', () => {
    const stepper = Stepper.in('active');
    const outcomes: string[] = [];
    for (let token = 1; token <= 3; token += 1) {
      stepper.call(token, 5_000);
      stepper.frame(PING);
      outcomes.push(...stepper.advance(5_000).filter(({ type }) => type === 'settle' || type === 'close').map(nameOf));
    }
    expect(outcomes).toEqual(['settle unknown', 'settle unknown', 'settle unknown', 'close 4408']);
    expect(stepper.effects.at(-1)).toMatchObject({ reason: 'deaf' });
  });

  it('one answer in between, be it a refusal, and it is not deaf', () => {
    const stepper = Stepper.in('active');
    for (let token = 1; token <= 9; token += 1) {
      stepper.call(token, 5_000);
      if (token % 3 === 0) stepper.frame({ kind: 'error', id: `g${token}`, code: 'NO', text: '', details: {} });
      else stepper.advance(5_000);
      stepper.frame(PING);
    }
    expect(stepper.state.phase).toBe('active');
  });
});
