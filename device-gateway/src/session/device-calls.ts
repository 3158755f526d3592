import { DEVICE_LIMITS, FRAME, slotsChanged } from '@cupola/contracts';
import type { InboundCall } from '../codec/inbound-frame.js';
import { withCalls } from './calls.js';
import type { SessionConfig } from './config.js';
import type { Effect, Failure, Step } from './effects.js';
import { step } from './effects.js';
import { chat, refusal } from './intake.js';
import type { Moment, SessionState } from './state.js';

const RELAY_WITHIN_MS = 5_000;

/** The controller's CALL: one at a time, relayed to backend, answered when backend has. */
export function receiveDeviceCall(state: SessionState, call: InboundCall, bytes: number, config: SessionConfig, now: Moment): Step {
  const problem = problemWith(state, call, bytes);
  if (problem !== null) return chat(state, config, now, problem);
  const parsed = slotsChanged.safeParse(call.payload);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return chat(state, config, now, errorTo(call.id, 'BAD_PAYLOAD', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`));
  }
  const taken = withCalls(state, { inbound: { id: call.id, options: call.options } });
  const timeoutMs = Math.min(RELAY_WITHIN_MS, Math.max(1, call.options.ttlMs));
  return chat(taken, config, now, { type: 'relay', id: call.id, payload: parsed.data, timeoutMs });
}

export function receiveRelayed(state: SessionState, id: string): Step {
  if (state.calls.inbound?.id !== id) return step(state);
  return step(withCalls(state, { inbound: null }), { type: 'send', frame: [FRAME.result, id, {}] });
}

export function receiveRelayFailed(state: SessionState, id: string, failure: Failure): Step {
  if (state.calls.inbound?.id !== id) return step(state);
  const error = failure.isPassing ? errorTo(id, 'UNAVAILABLE', 'the server is away, call again') : errorTo(id, failure.code, failure.detail);
  return step(withCalls(state, { inbound: null }), error);
}

function problemWith(state: SessionState, call: InboundCall, bytes: number): Effect | null {
  const { inbound } = state.calls;
  // An ERROR with the open id would pass for the answer to the first CALL.
  if (inbound?.id === call.id) return refusal('ID_IN_USE', 'a CALL with this id is open', { id: call.id });
  if (inbound !== null) return errorTo(call.id, 'BUSY', 'one CALL at a time: wait for the answer');
  if (state.phase !== 'active') return errorTo(call.id, 'NOT_ACCEPTED', 'a technician has not confirmed this controller yet');
  if (bytes > DEVICE_LIMITS.maxCallBytes) return errorTo(call.id, 'TOO_LARGE', `a CALL carries at most ${DEVICE_LIMITS.maxCallBytes} bytes`);
  if (call.action !== 'slots.changed') return errorTo(call.id, 'UNKNOWN_ACTION', 'this gateway does not know the action');
  return null;
}

function errorTo(id: string, code: string, text: string): Effect {
  return { type: 'send', frame: [FRAME.error, id, code, text, {}] };
}
