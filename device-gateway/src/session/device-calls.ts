import type { DocumentNotice, LossReport } from '@cupola/contracts';
import { DEVICE_LIMITS, FRAME, lossReport, notifyFrame, slotsChanged, slotsPull, subdevicesChanged } from '@cupola/contracts';
import type { z } from 'zod';
import type { InboundCall } from '../codec/inbound-frame.js';
import { withCalls } from './calls.js';
import type { SessionConfig } from './config.js';
import type { Effect, Failure, Relayed, Step } from './effects.js';
import { andThen, step } from './effects.js';
import { chat, refusal } from './intake.js';
import { declareLost, hasUnrecorded, problemWithReport } from './losses.js';
import { pump } from './queues.js';
import type { Moment, SessionState } from './state.js';

const RELAY_WITHIN_MS = 5_000;

/** The controller's CALL: one at a time, answered when what it says is stored. */
export function receiveDeviceCall(state: SessionState, call: InboundCall, bytes: number, config: SessionConfig, now: Moment): Step {
  const problem = problemWith(state, call, bytes);
  if (problem !== null) return chat(state, config, now, problem);
  if (call.action === 'loss.report') return receiveReport(state, call, config, now);
  const relayed = readRelayed(call);
  if (relayed === null) return chat(state, config, now, errorTo(call.id, 'UNKNOWN_ACTION', 'this gateway does not know the action'));
  if ('issues' in relayed) return chat(state, config, now, badPayload(call, relayed));
  const timeoutMs = Math.min(RELAY_WITHIN_MS, Math.max(1, call.options.ttlMs));
  return chat(opened(state, call), config, now, { type: 'relay', id: call.id, call: relayed, timeoutMs });
}

/** NOTIFY goes before the RESULT that refers to it: whoever reads the RESULT knows of the document, or that its NOTIFY got lost. */
export function receiveRelayed(state: SessionState, id: string, payload: unknown = {}, notice?: DocumentNotice): Step {
  if (state.calls.inbound?.id !== id) return step(state);
  const announced: Effect[] = notice === undefined ? [] : [{ type: 'send', frame: notifyFrame(notice) }];
  return step(withCalls(state, { inbound: null }), ...announced, { type: 'send', frame: [FRAME.result, id, payload] });
}

export function receiveRelayFailed(state: SessionState, id: string, failure: Failure): Step {
  if (state.calls.inbound?.id !== id) return step(state);
  const error = failure.isPassing ? errorTo(id, 'UNAVAILABLE', 'the server is away, call again') : errorTo(id, failure.code, failure.detail);
  return step(withCalls(state, { inbound: null }), error);
}

/** A report of losses is answered when all of them are on record. */
export function answerReport(state: SessionState): Step {
  const { inbound } = state.calls;
  return inbound?.action === 'loss.report' && !hasUnrecorded(state) ? receiveRelayed(state, inbound.id) : step(state);
}

/** What backend is asked; null for an action that is none of its. */
function readRelayed({ action, payload }: InboundCall): Relayed | z.ZodError | null {
  switch (action) {
    case 'slots.changed': {
      const parsed = slotsChanged.safeParse(payload);
      return parsed.success ? { action, payload: parsed.data } : parsed.error;
    }
    case 'slots.pull': {
      const parsed = slotsPull.safeParse(payload);
      return parsed.success ? { action, payload: parsed.data } : parsed.error;
    }
    case 'subdevices.changed': {
      const parsed = subdevicesChanged.safeParse(payload);
      return parsed.success ? { action, payload: parsed.data } : parsed.error;
    }
    default:
      return null;
  }
}

function receiveReport(state: SessionState, call: InboundCall, config: SessionConfig, now: Moment): Step {
  const parsed = lossReport.safeParse(call.payload);
  if (!parsed.success) return chat(state, config, now, badPayload(call, parsed.error));
  const problem = problemWithReport(parsed.data, state, config);
  if (problem !== null) return chat(state, config, now, errorTo(call.id, 'BAD_PAYLOAD', problem));
  return andThen(chat(opened(state, call), config, now), (current) => {
    if (current.phase === 'closing') return step(current);
    return andThen(andThen(declareAll(current, parsed.data), answerReport), (declared) => pump(declared, config, now));
  });
}

function declareAll(state: SessionState, { losses }: LossReport): Step {
  return losses.reduce(
    (before, { streamId, from, to, ...said }) => andThen(before, (current) => declareLost(current, { streamId, from, to, why: 'dropped', said })),
    step(state),
  );
}

function opened(state: SessionState, { id, action, options }: InboundCall): SessionState {
  return withCalls(state, { inbound: { id, action, options } });
}

function problemWith(state: SessionState, call: InboundCall, bytes: number): Effect | null {
  const { inbound } = state.calls;
  // An ERROR with the open id would pass for the answer to the first CALL.
  if (inbound?.id === call.id) return refusal('ID_IN_USE', 'a CALL with this id is open', { id: call.id });
  if (inbound !== null) return errorTo(call.id, 'BUSY', 'one CALL at a time: wait for the answer');
  if (state.phase !== 'active') return errorTo(call.id, 'NOT_ACCEPTED', 'a technician has not confirmed this controller yet');
  if (bytes > DEVICE_LIMITS.maxCallBytes) return errorTo(call.id, 'TOO_LARGE', `a CALL carries at most ${DEVICE_LIMITS.maxCallBytes} bytes`);
  return null;
}

function badPayload({ id }: InboundCall, { issues: [issue] }: z.ZodError): Effect {
  return errorTo(id, 'BAD_PAYLOAD', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
}

function errorTo(id: string, code: string, text: string): Effect {
  return { type: 'send', frame: [FRAME.error, id, code, text, {}] };
}
