import { FRAME } from '@cupola/contracts';
import { debtMs, FULL_BUCKET, spendTokens, type TokenBucket } from '@cupola/domain';
import type { SessionConfig } from './config.js';
import type { Step } from './effects.js';
import { step } from './effects.js';
import { endTooFast } from './ending.js';
import type { Moment, QueueName, SessionState } from './state.js';

/** How fast rows come, and whether credits are withheld for it. Times are monotonic milliseconds. */
export interface Flow {
  /** What this controller may send by itself. */
  samples: TokenBucket;
  events: TokenBucket;
  /** Empty while it sends so much that it has a part in the load of others. */
  pace: TokenBucket;
  /** Credits are withheld until then; null = granted. */
  heldUntil: number | null;
  /** Frames of samples that came since they were withheld: those on their way at that moment, and no more. */
  heldFrames: number;
}

/** Nothing has come yet. */
export const OPEN_FLOW: Flow = Object.freeze({ samples: FULL_BUCKET, events: FULL_BUCKET, pace: FULL_BUCKET, heldUntil: null, heldFrames: 0 });

/** What an acknowledgement grants now. */
export function grantedCredits({ flow }: SessionState, config: SessionConfig): number {
  return flow.heldUntil === null ? config.credits : 0;
}

/**
 * Charges a new frame. Too many samples, of this controller or, where it has a part in it, of its site: credits are withheld, and
 * whoever goes on all the same is closed. Events are counted apart and never wait for samples.
 */
export function chargeFlow(state: SessionState, queue: QueueName, rows: number, config: SessionConfig, now: Moment): Step {
  const cost = Math.max(1, rows);
  return queue === 'events' ? chargeEvents(state, cost, config, now) : chargeSamples(state, cost, config, now);
}

/** Grants credits again when the time is over. */
export function tickFlow(state: SessionState, config: SessionConfig, now: Moment): Step {
  const { flow } = state;
  if (flow.heldUntil === null || now.monotonic < flow.heldUntil) return step(state);
  if (now.heldBackMs > 0) return step({ ...state, flow: { ...flow, heldUntil: now.monotonic + now.heldBackMs } });
  return announce({ ...state, flow: { ...flow, heldUntil: null, heldFrames: 0 } }, config);
}

function chargeEvents(state: SessionState, cost: number, config: SessionConfig, now: Moment): Step {
  const events = spendTokens(state.flow.events, config.flow.events, cost, now.monotonic);
  const waitMs = debtMs(events, config.flow.events, now.monotonic);
  return waitMs > 0 ? endTooFast(state, waitMs) : step({ ...state, flow: { ...state.flow, events } });
}

function chargeSamples(state: SessionState, cost: number, config: SessionConfig, now: Moment): Step {
  const samples = spendTokens(state.flow.samples, config.flow.samples, cost, now.monotonic);
  const pace = spendTokens(state.flow.pace, config.flow.pace, cost, now.monotonic);
  // A quiet neighbour of a flood goes on as if nothing were.
  const sharedMs = debtMs(pace, config.flow.pace, now.monotonic) > 0 ? now.heldBackMs : 0;
  const waitMs = Math.max(debtMs(samples, config.flow.samples, now.monotonic), sharedMs);
  const flow = { ...state.flow, samples, pace };
  if (flow.heldUntil === null && waitMs === 0) return step({ ...state, flow });
  if (flow.heldUntil === null) {
    const held = announce({ ...state, flow: { ...flow, heldUntil: now.monotonic + waitMs, heldFrames: 0 } }, config);
    return { ...held, effects: [...held.effects, { type: 'tally', what: 'creditsWithheld', count: 1 }] };
  }
  const heldUntil = Math.max(flow.heldUntil, now.monotonic + waitMs);
  // As many as the window allowed may have been on their way when the credits were withheld.
  if (flow.heldFrames >= config.credits) return endTooFast(state, heldUntil - now.monotonic);
  return step({ ...state, flow: { ...flow, heldUntil, heldFrames: flow.heldFrames + 1 } });
}

/** Credits are those of all streams together: one acknowledgement tells them. */
function announce(state: SessionState, config: SessionConfig): Step {
  const [first] = state.intake.windows;
  if (first === undefined) return step(state);
  const [streamId, { ackSent }] = first;
  return step(state, { type: 'send', frame: [FRAME.ack, streamId, ackSent, grantedCredits(state, config)] });
}
