import type { SessionConfig } from './config.js';
import type { Effect, Step } from './effects.js';
import { andThen, step } from './effects.js';
import type { Intake, Moment, Queue, QueueName, ReadyFrame, SessionState } from './state.js';

export const QUEUE_NAMES: readonly QueueName[] = ['events', 'samples'];

/** Starts the next ingest request of each queue that has none under way: events never wait for samples. */
export function pump(state: SessionState, config: SessionConfig, now: Moment): Step {
  return QUEUE_NAMES.reduce((before, name) => andThen(before, (current) => pumpQueue(current, name, config, now)), step(state));
}

function pumpQueue(state: SessionState, name: QueueName, config: SessionConfig, now: Moment): Step {
  const queue = state.intake.queues[name];
  if (isUnderWay(queue)) {
    if (queue.retryAt === null || now.monotonic < queue.retryAt) return step(state);
    return step(withQueue(state, name, { retryAt: null }), ingest(name, queue));
  }
  if (queue.ready.length + queue.lost.length === 0) return step(state);
  const waiting = liveFirst(queue.ready);
  const count = batchSize(waiting, config.maxBatchBytes);
  const change = { sending: waiting.slice(0, count), ready: waiting.slice(count), sendingLost: queue.lost, lost: [] };
  return step(withQueue(state, name, change), ingest(name, { ...queue, ...change }));
}

export function isUnderWay({ sending, sendingLost }: Queue): boolean {
  return sending.length + sendingLost.length > 0;
}

export function withQueue(state: SessionState, name: QueueName, change: Partial<Queue>): SessionState {
  const { queues } = state.intake;
  return withIntake(state, { queues: { ...queues, [name]: { ...queues[name], ...change } } });
}

export function withIntake(state: SessionState, change: Partial<Intake>): SessionState {
  return { ...state, intake: { ...state.intake, ...change } };
}

/**
 * Backfill takes the room that live samples leave. Frames of one stream keep their order, whatever their lanes: the store notes
 * only so many gaps.
 */
export function liveFirst(ready: readonly ReadyFrame[]): readonly ReadyFrame[] {
  const lanes = new Map<string, 0 | 1>();
  for (const { frame } of ready) if (!lanes.has(frame.streamId)) lanes.set(frame.streamId, frame.lane);
  if (new Set(lanes.values()).size < 2) return ready;
  const laneOf = ({ frame }: ReadyFrame): number => lanes.get(frame.streamId) ?? 0;
  return ready.toSorted((a, b) => laneOf(a) - laneOf(b));
}

function ingest(queue: QueueName, { sending, sendingLost }: Queue): Effect {
  return { type: 'ingest', queue, frames: sending.map(({ frame }) => frame), losses: sendingLost };
}

function batchSize(ready: readonly ReadyFrame[], maxBytes: number): number {
  let total = 0;
  const end = ready.findIndex(({ bytes }, index) => (total += bytes) > maxBytes && index > 0);
  return end === -1 ? ready.length : end;
}
