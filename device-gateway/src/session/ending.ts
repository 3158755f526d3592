import type { CloseCode, SessionReason } from '@cupola/domain';
import { CLOSE_CODES } from '@cupola/domain';
import type { CallOutcome, Effect, Failure, Step } from './effects.js';
import { step } from './effects.js';
import type { SessionState } from './state.js';

/** How long a controller that was too fast stays away where nothing is known of when it would not be. */
const TOO_FAST_MS = 60_000;

/** Ends the session with a close frame. Whoever waits for a CALL learns what is known of it. */
export function end(state: SessionState, code: CloseCode, text: string, reason: SessionReason): Step {
  return step(closing(state), ...settleAll(state), { type: 'close', code, text, reason });
}

/** Ends the session of a peer that does not answer any more. */
export function drop(state: SessionState, text: string, reason: SessionReason): Step {
  return step(closing(state), ...settleAll(state), { type: 'terminate', code: CLOSE_CODES.timeout, text, reason });
}

/** The socket is gone already. */
export function abandon(state: SessionState): Step {
  return step(closing(state), ...settleAll(state));
}

/** The close reason carries the seconds to stay away. */
export function endTooFast(state: SessionState, waitMs = TOO_FAST_MS): Step {
  return end(state, CLOSE_CODES.tooFast, String(Math.max(1, Math.ceil(waitMs / 1000))), 'too_fast');
}

/** Ends the session for a bus refusal that repeating does not change. */
export function endRefused(state: SessionState, failure: Failure): Step {
  switch (failure.code) {
    case 'STALE_SESSION':
      return end(state, CLOSE_CODES.superseded, 'a newer session of this controller is open', 'superseded');
    case 'SESSION_UNKNOWN':
    case 'CONTROLLER_NOT_ACTIVE':
    case 'CONTROLLER_WRONG_STATUS':
      return end(state, CLOSE_CODES.authenticationLapsed, 'the session is not valid any more', 'connection_lost');
    default:
      return end(state, CLOSE_CODES.serverError, 'the server could not work on what was sent', 'connection_lost');
  }
}

export function settle(token: number, outcome: CallOutcome): Effect {
  return { type: 'settle', token, outcome };
}

function closing(state: SessionState): SessionState {
  return { ...state, phase: 'closing', calls: { ...state.calls, current: null, waiting: [], inbound: null } };
}

/** Whoever waits for a CALL learns what is known of it. */
export function settleAll({ calls }: SessionState): Effect[] {
  const sent = calls.current?.owner.kind === 'bus' ? [settle(calls.current.owner.token, { outcome: 'unknown' })] : [];
  const unsent = calls.waiting.flatMap(({ owner }) => (owner.kind === 'bus' ? [settle(owner.token, { outcome: 'offline' })] : []));
  return [...sent, ...unsent];
}
