import { DEVICE_LIMITS, FRAME } from '@cupola/contracts';
import { CLOSE_CODES } from '@cupola/domain';
import type { SessionConfig } from './config.js';
import type { CallOutcome, Effect, Step } from './effects.js';
import { step, andThen } from './effects.js';
import { end, settle } from './ending.js';
import { askReplay, receiveReplayAnswer } from './replay.js';
import type { Calls, Moment, OutboundCall, SessionState } from './state.js';

/** What the controller said to a CALL; `details` only of an ERROR. */
export interface CallAnswer {
  outcome: CallOutcome;
  details?: unknown;
}

/** A program wants something of the controller. */
export function receiveCall(state: SessionState, call: OutboundCall, config: SessionConfig, now: Moment): Step {
  if (state.phase !== 'active' || state.isDraining) return step(state, ...answer(call, { outcome: 'offline' }));
  if (JSON.stringify(call.payload ?? null).length > DEVICE_LIMITS.maxCallBytes) {
    return step(state, ...answer(call, { outcome: 'refused', code: 'TOO_LARGE', text: `a CALL carries at most ${DEVICE_LIMITS.maxCallBytes} bytes` }));
  }
  if (state.calls.waiting.length >= config.maxWaitingCalls) {
    return step(state, ...answer(call, { outcome: 'refused', code: 'OVERLOADED', text: 'too many commands wait for this controller' }));
  }
  return sendNextCall(enqueue(state, call, now), config, now);
}

/** Refuses what has become too late, then sends the next CALL if none is open. The deadline is looked at here, just before sending. */
export function sendNextCall(state: SessionState, config: SessionConfig, now: Moment): Step {
  const isLate = ({ deliverBy }: OutboundCall) => deliverBy - now.wall < config.minCallMs;
  const late = state.calls.waiting.filter(isLate);
  const refused: Effect[] = late.flatMap((call) => [...answer(call, { outcome: 'expired' }), { type: 'tally', what: 'expiredCalls', count: 1 }]);
  const [next, ...waiting] = state.calls.waiting.filter((call) => !isLate(call));
  const isBlocked = state.calls.current !== null || now.backlogBytes > config.maxBacklogForCall;
  if (next === undefined || isBlocked) return step(withCalls(state, { waiting: next === undefined ? [] : [next, ...waiting] }), ...refused);
  const id = `g${state.calls.sent + 1}`;
  const ttlMs = next.deliverBy - now.wall;
  const calls = { current: { ...next, id, dueAt: now.monotonic + ttlMs }, waiting, sent: state.calls.sent + 1 };
  const frame: Effect = { type: 'send', frame: [FRAME.call, id, next.action, next.payload, { ttlMs, key: next.key, sentAt: now.wall }] };
  return step(withCalls(state, calls), ...refused, frame);
}

/** RESULT or ERROR of the controller. One that answers nothing open is late, repeated or made up: counted and ignored. */
export function receiveAnswer(state: SessionState, id: string, answered: CallAnswer, config: SessionConfig, now: Moment): Step {
  const { current } = state.calls;
  if (current === null || current.id !== id) return step(state, { type: 'tally', what: 'lateResults', count: 1 });
  const settled = step(withCalls(state, { current: null, unansweredInARow: 0 }), ...answer(current, answered.outcome));
  const { owner } = current;
  const known = owner.kind === 'replay' ? andThen(settled, (next) => receiveReplayAnswer(next, owner, answered, config, now)) : settled;
  return andThen(known, (next) => (next.phase === 'closing' ? step(next) : sendNextCall(next, config, now)));
}

export function tickCalls(state: SessionState, config: SessionConfig, now: Moment): Step {
  const { current } = state.calls;
  if (current === null || now.monotonic < current.dueAt) return sendNextCall(state, config, now);
  const unansweredInARow = state.calls.unansweredInARow + 1;
  const unanswered = step(withCalls(state, { current: null, unansweredInARow }), ...answer(current, { outcome: 'unknown' }), {
    type: 'tally',
    what: 'unansweredCalls',
    count: 1,
  });
  return andThen(unanswered, (next) => {
    if (unansweredInARow >= config.unansweredCallsToClose) {
      return end(next, CLOSE_CODES.timeout, `${unansweredInARow} calls in a row went unanswered`, 'deaf');
    }
    return current.owner.kind === 'replay' ? askReplay(next, current.owner, config, now) : sendNextCall(next, config, now);
  });
}

/** Takes back what was not sent: the gateway is about to leave. */
export function withdrawWaiting(state: SessionState): Step {
  return step(withCalls(state, { waiting: [] }), ...state.calls.waiting.flatMap((call) => answer(call, { outcome: 'offline' })));
}

export function withCalls(state: SessionState, change: Partial<Calls>): SessionState {
  return { ...state, calls: { ...state.calls, ...change } };
}

export function enqueue(state: SessionState, call: OutboundCall, now: Moment): SessionState {
  const dueAt = now.monotonic + Math.max(0, call.deliverBy - now.wall);
  return withCalls(state, { waiting: [...state.calls.waiting, { ...call, dueAt }] });
}

function answer({ owner }: OutboundCall, outcome: CallOutcome): Effect[] {
  return owner.kind === 'bus' ? [settle(owner.token, outcome)] : [];
}
