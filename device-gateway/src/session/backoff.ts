import { SHARD_COUNT, shardOf } from '@cupola/domain';
import type { SessionConfig } from './config.js';

/**
 * Wait before attempt `attempts + 1` of a bus request: doubling up to a ceiling, spread by the controller's hash so that
 * thousands of sessions do not ask a backend that comes back in the same instant.
 */
export function backoffMs(attempts: number, controllerId: string, config: SessionConfig): number {
  const ceiling = Math.min(config.retryMaxMs, config.retryMinMs * 2 ** Math.min(attempts, 16));
  return Math.round(ceiling * (0.5 + shardOf(controllerId) / SHARD_COUNT / 2));
}
