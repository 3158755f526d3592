import type { SessionConfig } from './config.js';
import type { SessionState } from './state.js';

/** How long a CALL that waits for the socket to drain waits before it looks again. */
const BACKLOG_POLL_MS = 50;

/** When the session wants its next tick, monotonic milliseconds; Infinity = never. */
export function dueAt(state: SessionState, config: SessionConfig, now: number): number {
  switch (state.phase) {
    case 'closing':
      return Number.POSITIVE_INFINITY;
    case 'awaitingHello':
      return state.openedAt + config.helloWithinMs;
    case 'greeting':
      return Math.min(state.greeting?.retryAt ?? Number.POSITIVE_INFINITY, state.greeting?.giveUpAt ?? now);
    case 'superseded':
      return state.probeUntil;
    case 'pending':
    case 'active':
      return Math.min(state.lastHeardAt + 2 * config.heartbeatMs, intakeDueAt(state), state.flow.heldUntil ?? Number.POSITIVE_INFINITY, callsDueAt(state, now));
  }
}

function intakeDueAt({ intake }: SessionState): number {
  const never = Number.POSITIVE_INFINITY;
  const { events, samples } = intake.queues;
  return Math.min(intake.ackDueAt ?? never, events.retryAt ?? never, samples.retryAt ?? never, intake.refreshDueAt ?? never);
}

function callsDueAt({ calls }: SessionState, now: number): number {
  const expiry = Math.min(...calls.waiting.map((call) => call.dueAt));
  const isStuck = calls.current === null && calls.waiting.length > 0;
  return Math.min(calls.current?.dueAt ?? Number.POSITIVE_INFINITY, expiry, isStuck ? now + BACKLOG_POLL_MS : Number.POSITIVE_INFINITY);
}
