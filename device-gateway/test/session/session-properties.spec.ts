import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { InboundFrame } from '../../src/codec/inbound-frame.js';
import type { Effect } from '../../src/session/effects.js';
import { QUEUE_NAMES } from '../../src/session/queues.js';
import type { QueueName } from '../../src/session/state.js';
import { CONFIG, greeting, Stepper } from './stepper.js';

type Move =
  | { kind: 'data'; seq: number; alias: number; isEvent: boolean }
  | { kind: 'store'; queue: QueueName }
  | { kind: 'lose'; queue: QueueName }
  | { kind: 'report'; from: number; length: number }
  | { kind: 'takeover' }
  | { kind: 'pong' }
  | { kind: 'call'; withinMs: number }
  | { kind: 'answer'; isRight: boolean; isError: boolean }
  | { kind: 'ping' }
  | { kind: 'malformed' }
  | { kind: 'deviceCall'; id: string }
  | { kind: 'relayed'; id: string }
  | { kind: 'wait'; ms: number }
  | { kind: 'channels' }
  | { kind: 'refresh' }
  | { kind: 'drain' }
  | { kind: 'end'; how: 'gone' | 'restart' | 'revoked' };

const queue = fc.constantFrom<QueueName>('events', 'samples');
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('data' as const), seq: fc.integer({ min: 1, max: 40 }), alias: fc.integer({ min: 0, max: 1 }), isEvent: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('store' as const), queue }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lose' as const), queue }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('report' as const), from: fc.integer({ min: 1, max: 40 }), length: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'pong' as const }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('call' as const), withinMs: fc.integer({ min: -100, max: 8_000 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('answer' as const), isRight: fc.boolean(), isError: fc.boolean() }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'ping' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'malformed' as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('deviceCall' as const), id: fc.constantFrom('d1', 'd2') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('relayed' as const), id: fc.constantFrom('d1', 'd2') }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 4_000 }) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'channels' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'refresh' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'drain' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('end' as const), how: fc.constantFrom('gone' as const, 'restart' as const, 'revoked' as const) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'takeover' as const }) },
);

type Ingest = Extract<Effect, { type: 'ingest' }>;

/** Backend's memory of the streams, and what the session owes and promised so far. */
class World {
  readonly stepper = Stepper.in('active');
  readonly stored: Record<string, Set<number>> = { live: new Set(), events: new Set() };
  readonly underWay: Record<QueueName, Ingest | null> = { events: null, samples: null };
  readonly acked: Record<string, number> = { live: 0, events: 0 };
  tokens = 0;
  readonly settled: number[] = [];
  openCall: string | null = null;
  ends = 0;

  play(each: Move): void {
    const { stepper } = this;
    const wasClosing = stepper.state.phase === 'closing';
    const wasSuperseded = stepper.state.phase === 'superseded';
    const effects = this.#effectsOf(each);
    if (wasClosing || wasSuperseded) expect(effects.every(({ type }) => type !== 'ingest')).toBe(true);
    if (wasClosing) expect(effects.every(({ type }) => type === 'settle')).toBe(true);
    for (const effect of effects) this.#check(effect);
    if (stepper.state.phase === 'closing' || stepper.state.phase === 'superseded') this.openCall = null;
  }

  #effectsOf(each: Move): Effect[] {
    const { stepper } = this;
    switch (each.kind) {
      case 'data':
        return each.isEvent ? stepper.event(each.seq) : stepper.data(each.seq, [[each.alias, 1, 0, 0]]);
      case 'store':
        return this.#store(each.queue);
      case 'lose':
        if (this.underWay[each.queue] === null) return [];
        this.underWay[each.queue] = null;
        return stepper.input({ type: 'storeFailed', queue: each.queue, failure: { code: 'TIMEOUT', detail: '', isPassing: true } });
      case 'call':
        this.tokens += 1;
        return stepper.call(this.tokens, each.withinMs);
      case 'answer':
        return this.#answer(each.isRight, each.isError);
      case 'report':
        return stepper.frame(reportOf(each.from, each.from + each.length));
      case 'takeover':
        return stepper.input({ type: 'revoked', code: 4500, text: 'superseded' });
      case 'pong':
        return stepper.frame({ kind: 'pong', n: 1 });
      case 'ping':
        return stepper.frame({ kind: 'ping', n: 1, t: 1 });
      case 'malformed':
        return stepper.input({ type: 'malformed', problem: 'x' });
      case 'deviceCall':
        return stepper.frame({ kind: 'call', id: each.id, action: 'slots.changed', payload: { points: [], ended: [] }, options: { ttlMs: 1, key: 'k', sentAt: 1 } });
      case 'relayed':
        return stepper.input({ type: 'relayed', id: each.id });
      case 'wait':
        return stepper.advance(each.ms);
      case 'channels':
        return stepper.input({ type: 'channels', channels: greeting().channels });
      case 'refresh':
        return stepper.input({ type: 'channelsChanged' });
      case 'drain':
        return stepper.input({ type: 'drain', withinMs: 1, spreadMs: 1, reason: 'r' });
      case 'end':
        return stepper.input(each.how === 'revoked' ? { type: 'revoked', code: 4501, text: 'revoked' } : { type: each.how });
    }
  }

  #store(queue: QueueName): Effect[] {
    const request = this.underWay[queue];
    if (request === null) return [];
    for (const { streamId, seq } of request.frames) this.stored[streamId]?.add(seq);
    for (const { streamId, from, to } of request.losses) for (let seq = from; seq <= to; seq += 1) this.stored[streamId]?.add(seq);
    this.underWay[queue] = null;
    for (const [streamId, numbers] of Object.entries(this.stored)) {
      while (numbers.has((this.acked[streamId] ?? 0) + 1)) this.acked[streamId] = (this.acked[streamId] ?? 0) + 1;
    }
    const named = new Set([...request.frames, ...request.losses].map(({ streamId }) => streamId));
    return this.stepper.stored(Object.fromEntries([...named].map((streamId) => [streamId, this.acked[streamId] ?? 0])), queue);
  }

  #answer(isRight: boolean, isError: boolean): Effect[] {
    const id = isRight && this.openCall !== null ? this.openCall : 'nobody';
    if (id === this.openCall) this.openCall = null;
    return this.stepper.frame(isError ? { kind: 'error', id, code: 'GONE', text: '', details: this.#gone } : { kind: 'result', id, payload: 1 });
  }

  /** Bounds of the replay that was asked for last. */
  get #gone(): unknown {
    const call = this.stepper.effects.findLast((effect) => effect.type === 'send' && effect.frame[0] === 3 && effect.frame[2] === 'replay');
    return call?.type === 'send' ? call.frame[3] : null;
  }

  #check(effect: Effect): void {
    if (effect.type === 'close' || effect.type === 'terminate') this.ends += 1;
    if (effect.type === 'settle') this.settled.push(effect.token);
    if (effect.type === 'tally' && effect.what === 'unansweredCalls') this.openCall = null;
    if (effect.type === 'ingest') {
      expect(this.underWay[effect.queue]).toBeNull();
      this.underWay[effect.queue] = effect;
      const numbers = effect.frames.map(({ streamId, seq }) => `${streamId} ${seq}`);
      expect(new Set(numbers).size).toBe(numbers.length);
      // Nothing that arrived is called lost.
      for (const { streamId, from, to } of effect.losses) {
        const open = this.stepper.state.intake.windows.get(streamId)?.open ?? [];
        if (effect.losses.every(({ why }) => why !== 'dropped')) expect(open.some((seq) => seq >= from && seq <= to)).toBe(false);
      }
      // An event never travels with samples.
      expect(effect.frames.every(({ streamId }) => (streamId === 'events') === (effect.queue === 'events'))).toBe(true);
    }
    if (effect.type === 'send' && effect.frame[0] === 7) {
      expect(effect.frame[2]).toBe(this.acked[effect.frame[1]]);
    }
    if (effect.type === 'send' && effect.frame[0] === 3) {
      expect(this.openCall).toBeNull();
      this.openCall = effect.frame[1];
      expect(effect.frame[4].ttlMs).toBeGreaterThanOrEqual(CONFIG.minCallMs);
    }
  }
}

it('whatever happens in whatever order, the session keeps its promises', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 120 }), (moves) => {
      const world = new World();
      for (const each of moves) world.play(each);
      world.play({ kind: 'end', how: 'gone' });
      // At most one end; nothing after it.
      expect(world.ends).toBeLessThanOrEqual(1);
      // Every command is settled exactly once.
      expect([...world.settled].sort((a, b) => a - b)).toEqual(Array.from({ length: world.tokens }, (_, index) => index + 1));
      // No more is kept than credits allow, and the numbers that were passed over.
      const { intake } = world.stepper.state;
      expect(intake.held.length).toBeLessThanOrEqual(CONFIG.credits);
    }),
    { numRuns: 400 },
  );
});

it('every sample that came and was not refused is stored, once backend answers', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom<Move['kind']>('data', 'store', 'lose', 'wait'), { maxLength: 60 }), (kinds) => {
      const world = new World();
      let seq = 0;
      for (const kind of kinds) {
        if (kind === 'data') {
          seq += 1;
          for (const isEvent of [true, false]) world.play({ kind, seq, alias: 0, isEvent });
        } else if (kind === 'wait') world.play({ kind, ms: 300 });
        else for (const each of QUEUE_NAMES) world.play({ kind, queue: each } as Move);
        world.play({ kind: 'ping' });
      }
      for (let turn = 0; turn < 20; turn += 1) {
        for (const each of QUEUE_NAMES) world.play({ kind: 'store', queue: each });
        world.play({ kind: 'wait', ms: 6_000 });
        world.play({ kind: 'ping' });
      }
      if (world.stepper.state.phase === 'closing') return;
      expect(world.acked).toEqual({ live: seq, events: seq });
      const idle = { ready: [], sending: [], lost: [], sendingLost: [] };
      expect(world.stepper.state.intake).toMatchObject({ held: [], queues: { events: idle, samples: idle } });
    }),
  );
});

function reportOf(from: number, to: number): InboundFrame {
  const losses = [{ streamId: 'live', carries: 'live', from, to, rows: 1, oldest: null, newest: null }];
  return { kind: 'call', id: 'd3', action: 'loss.report', payload: { losses }, options: { ttlMs: 1, key: 'k', sentAt: 1 } };
}
