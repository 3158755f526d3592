import { FRAME } from '@cupola/contracts';
import type { StreamWindow } from '@cupola/domain';
import { noteAckSent, owesAck, releasable, storeUpTo } from '@cupola/domain';
import type { SessionConfig } from './config.js';
import type { Effect, Failure, Step } from './effects.js';
import { step, andThen } from './effects.js';
import { endRefused } from './ending.js';
import { backoffMs } from './backoff.js';
import { answerReport } from './device-calls.js';
import { grantedCredits } from './flow.js';
import { pump, withIntake, withQueue } from './queues.js';
import type { Moment, QueueName, SessionState } from './state.js';
import { isAtWork } from './state.js';

/** The store committed the request under way. */
export function receiveStored(state: SessionState, queue: QueueName, acked: Readonly<Record<string, number>>, config: SessionConfig, now: Moment): Step {
  if (!isAtWork(state)) return step(state);
  const windows = new Map(state.intake.windows);
  for (const [streamId, number] of Object.entries(acked)) {
    const window = windows.get(streamId);
    if (window !== undefined) windows.set(streamId, storeUpTo(window, number));
  }
  const stored = withQueue(withIntake(state, { windows }), queue, { sending: [], sendingLost: [], attempts: 0, retryAt: null });
  const told = andThen(answerReport(stored), (current) => scheduleAcks(current, config, now));
  return andThen(told, (current) => pump(current, config, now));
}

/** The request failed: kept and repeated while that can help, otherwise the session ends and the controller keeps its copy. */
export function receiveStoreFailed(state: SessionState, name: QueueName, failure: Failure, config: SessionConfig, now: Moment): Step {
  if (!isAtWork(state)) return step(state);
  if (!failure.isPassing) return endRefused(state, failure);
  const { attempts } = state.intake.queues[name];
  const retryAt = now.monotonic + backoffMs(attempts, state.ref.controllerId, config);
  return step(withQueue(state, name, { attempts: attempts + 1, retryAt }));
}

/** Acknowledges now when enough has gathered or the gateway is about to leave, soon otherwise. */
export function scheduleAcks(state: SessionState, config: SessionConfig, now: Moment): Step {
  const windows = [...state.intake.windows.values()];
  if (!windows.some(owesAck)) return step(state);
  const gathered = windows.reduce((sum, window) => sum + releasable(window), 0);
  // Half of a window at the latest, or the controller stands still until the time is over.
  if (state.isDraining || gathered >= Math.min(config.ackAfterFrames, Math.ceil(config.credits / 2))) return flushAcks(state, config);
  return step(withIntake(state, { ackDueAt: state.intake.ackDueAt ?? now.monotonic + config.ackAfterMs }));
}

export function flushAcks(state: SessionState, config: SessionConfig): Step {
  const effects: Effect[] = [];
  const windows = new Map<string, StreamWindow>();
  for (const [streamId, window] of state.intake.windows) {
    if (owesAck(window)) effects.push({ type: 'send', frame: [FRAME.ack, streamId, window.acked, grantedCredits(state, config)] });
    windows.set(streamId, owesAck(window) ? noteAckSent(window) : window);
  }
  return step(withIntake(state, { windows, ackDueAt: null }), ...effects);
}
