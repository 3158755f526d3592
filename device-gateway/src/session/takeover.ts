import { FRAME } from '@cupola/contracts';
import { CLOSE_CODES } from '@cupola/domain';
import type { SessionConfig } from './config.js';
import type { Step } from './effects.js';
import { step } from './effects.js';
import { end, settleAll } from './ending.js';
import type { Moment, SessionState } from './state.js';
import { NO_INTAKE } from './state.js';

const PROBE = 1;
const NO_CALLS = { current: null, waiting: [], inbound: null };

/**
 * A newer session took over. Nothing that this one says counts any more, but before its socket is closed it is asked whether
 * somebody is there: after a reboot over a half-open socket nobody is; two boxes with one identity both are.
 */
export function supersede(state: SessionState, config: SessionConfig, now: Moment): Step {
  // Before HELLO nobody has said who he is.
  if (state.phase === 'awaitingHello') return leave(state);
  const asked: SessionState = {
    ...{ ...state, phase: 'superseded', probeUntil: now.monotonic + config.probeWithinMs },
    // The store refuses it from now on; the controller still has it all.
    intake: NO_INTAKE,
    calls: { ...state.calls, ...NO_CALLS },
  };
  return step(asked, ...settleAll(state), { type: 'send', frame: [FRAME.ping, PROBE, now.wall] });
}

/** Its answer to the PING: one identity, two boxes. */
export function receiveProbeAnswer(state: SessionState, n: number): Step {
  return n === PROBE ? end(state, CLOSE_CODES.superseded, 'superseded', 'clone') : step(state);
}

export function tickSuperseded(state: SessionState, now: Moment): Step {
  return now.monotonic >= state.probeUntil ? leave(state) : step(state);
}

function leave(state: SessionState): Step {
  return end(state, CLOSE_CODES.superseded, 'superseded', 'superseded');
}
