import type { Channel, ReplyOf } from '@cupola/contracts';
import type { InboundFrame } from '../../src/codec/inbound-frame.js';
import { DEFAULT_SESSION_CONFIG } from '../../src/session/config.js';
import type { Effect, Input } from '../../src/session/effects.js';
import { advance } from '../../src/session/session-step.js';
import type { Moment, QueueName, SessionState } from '../../src/session/state.js';
import { openSession } from '../../src/session/state.js';
import { helloOf } from '../device.js';

export const CONTROLLER = '0190b6c2-7e1d-7a3b-8c4d-5e6f7a8b9c0d';
export const REF = { sessionId: '0190b6c2-7e1d-7a3b-8c4d-000000000001', controllerId: CONTROLLER, epoch: 3 };
export const CONFIG = DEFAULT_SESSION_CONFIG;
const CHANNELS: Channel[] = [{ alias: 0, key: 'temperature', channelId: 100, kind: 'analog' }];

const STREAMS = ['live', 'backfill', 'events'].map((id) => ({ id, oldest: 1, next: 1 }));

/** Drives the step function by hand: no socket, no bus, no clock but this one. */
export class Stepper {
  now: Moment = { monotonic: 10_000, wall: Date.UTC(2026, 10, 23), backlogBytes: 0, isPaused: false, heldBackMs: 0 };
  state: SessionState = openSession(REF, CONFIG, this.now);
  readonly effects: Effect[] = [];

  /** Effects of this input alone. */
  input(input: Input): Effect[] {
    const { state, effects } = advance(this.state, input, CONFIG, this.now);
    this.state = state;
    this.effects.push(...effects);
    return effects;
  }

  frame(frame: InboundFrame, bytes = 100): Effect[] {
    return this.input({ type: 'frame', frame, bytes });
  }

  hello(change: Parameters<typeof helloOf>[1] = {}): Effect[] {
    return this.frame({ kind: 'hello', body: helloOf(CONTROLLER, { streams: STREAMS, ...change }) });
  }

  data(seq: number, rows: unknown = [[0, 1, 0, 0]], streamId = 'live', lane = 0): Effect[] {
    return this.frame({ kind: 'data', isEvent: false, streamId, seq, lane, baseTs: this.now.wall, rows });
  }

  event(seq: number, streamId = 'events'): Effect[] {
    return this.frame({ kind: 'data', isEvent: true, streamId, seq, lane: 0, baseTs: this.now.wall, rows: [[0, 1, 0, 0]] });
  }

  stored(acked: Record<string, number>, queue: QueueName = 'samples'): Effect[] {
    return this.input({ type: 'stored', queue, acked });
  }

  call(token: number, withinMs = 5_000): Effect[] {
    const call = { owner: { kind: 'bus' as const, token }, action: 'point.read', payload: {}, key: `k${token}`, deliverBy: this.now.wall + withinMs };
    return this.input({ type: 'call', call });
  }

  advance(ms: number): Effect[] {
    this.now = { ...this.now, monotonic: this.now.monotonic + ms, wall: this.now.wall + ms };
    return this.input({ type: 'tick' });
  }

  /** A session in the given phase. */
  static in(phase: SessionState['phase']): Stepper {
    const stepper = new Stepper();
    if (phase === 'awaitingHello') return stepper;
    stepper.hello();
    if (phase === 'greeting') return stepper;
    stepper.input({ type: 'greeted', reply: greeting({ status: phase === 'pending' ? 'pending' : 'active' }) });
    if (phase === 'closing') stepper.input({ type: 'gone' });
    if (phase === 'superseded') stepper.input({ type: 'revoked', code: 4500, text: 'superseded' });
    return stepper;
  }
}

export function greeting(change: Partial<ReplyOf<'sessions.hello'>> = {}): ReplyOf<'sessions.hello'> {
  return { status: 'active', acked: { live: 0 }, points: { rev: 'r', wanted: false }, channels: CHANNELS, conflict: null, ...change };
}

/** What an effect is, in a word or two: `send 7`, `close 4400`, `ingest`. */
export function nameOf(effect: Effect): string {
  switch (effect.type) {
    case 'send':
      return `send ${effect.frame[0]}`;
    case 'close':
    case 'terminate':
      return `${effect.type} ${effect.code}`;
    case 'settle':
      return `settle ${effect.outcome.outcome}`;
    case 'tally':
      return `tally ${effect.what}`;
    default:
      return effect.type;
  }
}
