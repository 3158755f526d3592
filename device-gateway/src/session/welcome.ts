import type { Welcome } from '@cupola/contracts';
import { DEVICE_LIMITS, FRAME } from '@cupola/contracts';
import type { SessionConfig } from './config.js';
import type { Step } from './effects.js';
import { step } from './effects.js';
import type { Moment, SessionState } from './state.js';

/** How long a controller that is not in the books yet stays away. */
const REJECTED_RETRY_MS = 60_000;

export function welcome(state: SessionState, status: Welcome['status'], config: SessionConfig, now: Moment): Step {
  const body: Welcome = {
    status,
    sessionId: state.ref.sessionId,
    epoch: state.ref.epoch,
    serverTime: now.wall,
    heartbeatMs: config.heartbeatMs,
    acked: Object.fromEntries([...state.intake.windows].map(([id, { acked }]) => [id, acked])),
    credits: status === 'accepted' ? config.credits : 0,
    points: state.points,
    limits: { maxFrameBytes: DEVICE_LIMITS.maxFrameBytes, maxRowsPerFrame: DEVICE_LIMITS.maxRowsPerFrame, maxPoints: DEVICE_LIMITS.maxPoints },
    desiredRev: state.desiredRev,
    retry: state.retry,
    ...(status === 'rejected' ? { retryAfterMs: REJECTED_RETRY_MS } : {}),
  };
  return step(state, { type: 'send', frame: [FRAME.welcome, body] });
}
