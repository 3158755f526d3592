import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Effect } from '../../src/session/effects.js';
import { CONFIG, greeting, Stepper } from './stepper.js';

type Move =
  | { kind: 'data'; seq: number; alias: number }
  | { kind: 'store' }
  | { kind: 'lose' }
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

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('data' as const), seq: fc.integer({ min: 1, max: 40 }), alias: fc.integer({ min: 0, max: 1 }) }) },
  { weight: 5, arbitrary: fc.constant({ kind: 'store' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'lose' as const }) },
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
);

/** Backend's memory of the one stream, and what the session owes and promised so far. */
class World {
  readonly stepper = Stepper.in('active');
  readonly stored = new Set<number>();
  underWay: number[] | null = null;
  acked = 0;
  tokens = 0;
  readonly settled: number[] = [];
  openCall: string | null = null;
  ends = 0;

  play(each: Move): void {
    const { stepper } = this;
    const wasClosing = stepper.state.phase === 'closing';
    const effects = this.#effectsOf(each);
    if (wasClosing) expect(effects.every(({ type }) => type === 'settle')).toBe(true);
    for (const effect of effects) this.#check(effect);
    if (stepper.state.phase === 'closing') this.openCall = null;
  }

  #effectsOf(each: Move): Effect[] {
    const { stepper } = this;
    switch (each.kind) {
      case 'data':
        return stepper.data(each.seq, [[each.alias, 1, 0, 0]]);
      case 'store':
        return this.#store();
      case 'lose':
        if (this.underWay === null) return [];
        this.underWay = null;
        return stepper.input({ type: 'storeFailed', failure: { code: 'TIMEOUT', detail: '', isPassing: true } });
      case 'call':
        this.tokens += 1;
        return stepper.call(this.tokens, each.withinMs);
      case 'answer':
        return this.#answer(each.isRight, each.isError);
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

  #store(): Effect[] {
    if (this.underWay === null) return [];
    for (const seq of this.underWay) this.stored.add(seq);
    this.underWay = null;
    while (this.stored.has(this.acked + 1)) this.acked += 1;
    return this.stepper.input({ type: 'stored', acked: { live: this.acked } });
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
      expect(this.underWay).toBeNull();
      this.underWay = effect.frames.map(({ seq }) => seq);
      expect(new Set(this.underWay).size).toBe(this.underWay.length);
    }
    if (effect.type === 'send' && effect.frame[0] === 7) {
      expect(effect.frame[2]).toBe(this.acked);
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
        if (kind === 'data') world.play({ kind, seq: (seq += 1), alias: 0 });
        else if (kind === 'wait') world.play({ kind, ms: 300 });
        else world.play({ kind } as Move);
        world.play({ kind: 'ping' });
      }
      for (let turn = 0; turn < 20; turn += 1) {
        world.play({ kind: 'store' });
        world.play({ kind: 'wait', ms: 6_000 });
        world.play({ kind: 'ping' });
      }
      if (world.stepper.state.phase === 'closing') return;
      expect(world.acked).toBe(seq);
      expect(world.stepper.state.intake).toMatchObject({ held: [], ready: [], sending: [] });
    }),
  );
});
