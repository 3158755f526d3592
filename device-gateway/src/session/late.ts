import type { SessionConfig } from './config.js';
import type { Moment, SessionState } from './state.js';

/** A heartbeat and a half: the next one may still come, or the session is dropped at two. */
const LATE_AFTER_HEARTBEATS = 1.5;

/** Whether a heartbeat is overdue. While the gateway itself does not read, silence means nothing. */
export function isLate({ phase, lastHeardAt }: SessionState, { heartbeatMs }: SessionConfig, now: Pick<Moment, 'monotonic' | 'isPaused'>): boolean {
  const isIntroduced = phase === 'pending' || phase === 'active';
  return isIntroduced && !now.isPaused && now.monotonic - lastHeardAt >= LATE_AFTER_HEARTBEATS * heartbeatMs;
}
