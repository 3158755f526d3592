import type { Logger } from 'pino';
import type { GatewayClock } from '../clock.js';
import type { GatewayMetrics } from '../metrics.js';
import type { SessionRelay } from '../relay/session-relay.js';
import type { SiteFlow } from './gateway-flow.js';
import type { SessionConfig } from './config.js';

/** What a session needs of its gateway. */
export interface SessionParts {
  config: SessionConfig;
  clock: GatewayClock;
  relay: SessionRelay;
  metrics: GatewayMetrics;
  log: Logger;
  flow: SiteFlow;
}
