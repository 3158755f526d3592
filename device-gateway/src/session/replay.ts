import { CLOSE_CODES } from '@cupola/domain';
import type { CallAnswer } from './calls.js';
import { enqueue, sendNextCall } from './calls.js';
import type { SessionConfig } from './config.js';
import type { Step } from './effects.js';
import { andThen, step } from './effects.js';
import { end } from './ending.js';
import type { NumberRange } from './intake.js';
import { declareLost } from './losses.js';
import { pump } from './queues.js';
import type { Moment, OutboundCall, SessionState } from './state.js';

/** How long the controller has to answer a request for missing frames. */
const REPLAY_WITHIN_MS = 10_000;

export function askReplay(state: SessionState, { streamId, from, to }: NumberRange, config: SessionConfig, now: Moment): Step {
  const call: OutboundCall = {
    owner: { kind: 'replay', streamId, from, to },
    action: 'replay',
    payload: { streamId, from, to },
    key: `replay:${streamId}:${from}-${to}`,
    deliverBy: now.wall + REPLAY_WITHIN_MS,
  };
  return sendNextCall(enqueue(state, call, now), config, now);
}

/**
 * GONE with the bounds of what is gone: exactly that is passed over, the rest asked for again. Any other refusal ends the
 * session: the controller comes back with a HELLO that says what it still has, and nothing that exists is given up.
 */
export function receiveReplayAnswer(state: SessionState, asked: NumberRange, { outcome, details }: CallAnswer, config: SessionConfig, now: Moment): Step {
  if (outcome.outcome === 'result') return step(state);
  const gone = outcome.outcome === 'refused' && outcome.code === 'GONE' ? boundsIn(details, asked) : null;
  if (gone === null) {
    return end(state, CLOSE_CODES.timeout, `frames ${asked.from} to ${asked.to} of ${asked.streamId} are missing: resume`, 'connection_lost');
  }
  const rest = [
    { ...asked, to: gone.from - 1 },
    { ...asked, from: gone.to + 1 },
  ].filter(({ from, to }) => from <= to);
  const passed = andThen(declareLost(state, { ...gone, why: 'replay' }), (next) => pump(next, config, now));
  return rest.reduce((before, range) => andThen(before, (next) => askReplay(next, range, config, now)), passed);
}

function boundsIn(details: unknown, asked: NumberRange): NumberRange | null {
  const { from, to } = (details ?? {}) as { from?: unknown; to?: unknown };
  const isRange = typeof from === 'number' && typeof to === 'number' && Number.isSafeInteger(from) && Number.isSafeInteger(to);
  return isRange && from >= asked.from && to <= asked.to && from <= to ? { streamId: asked.streamId, from, to } : null;
}
