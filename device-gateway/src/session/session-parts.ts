import type { SessionReason } from '@cupola/domain';
import type { Logger } from 'pino';
import type { GatewayClock } from '../clock.js';
import type { GatewayMetrics } from '../metrics.js';
import type { SessionRelay } from '../relay/session-relay.js';
import type { SessionConfig } from './config.js';
import type { DeviceSession } from './device-session.js';

export interface SessionEnd {
  code: number;
  reason: SessionReason;
  text: string;
}

/** What sessions need of their gateway: one object for all of them. */
export interface SessionParts {
  config: SessionConfig;
  clock: GatewayClock;
  relay: SessionRelay;
  metrics: GatewayMetrics;
  log: Logger;
  /** The session wants its next tick at this monotonic time. */
  onDue(session: DeviceSession, dueAt: number): void;
  onEnd(session: DeviceSession, end: SessionEnd): void;
}
