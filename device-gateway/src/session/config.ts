import type { RetryPolicy } from '@cupola/contracts';
import type { TokenBucketConfig } from '@cupola/domain';

/** Times in milliseconds. */
export interface SessionConfig {
  /** A controller says something at least this often; after twice as long its socket is terminated. */
  heartbeatMs: number;
  helloWithinMs: number;
  /** How long a HELLO waits for a backend that is away. */
  greetWithinMs: number;
  /** DATA and EVENT frames that may be unacknowledged. */
  credits: number;
  ackAfterMs: number;
  ackAfterFrames: number;
  /** Most bytes of one ingest request: the bus carries 1 MB. */
  maxBatchBytes: number;
  retryMinMs: number;
  retryMaxMs: number;
  /** Least time between two reads of a session's channels. */
  refreshEveryMs: number;
  /** A CALL with less time left than this is not sent. */
  minCallMs: number;
  maxWaitingCalls: number;
  /** A CALL is not written behind this many unsent bytes: it would arrive late. */
  maxBacklogForCall: number;
  unansweredCallsToClose: number;
  /** How long the controller of a superseded session may take to show that it is still there. */
  probeWithinMs: number;
  /** Frames a missing range may span before it counts as a conflict. */
  maxGap: number;
  /** Every message but new DATA, which credits bound. */
  chatter: TokenBucketConfig;
  malformed: TokenBucketConfig;
  /** Rows; see `Flow`. */
  flow: { samples: TokenBucketConfig; events: TokenBucketConfig; pace: TokenBucketConfig };
  /** The socket is not read while the session keeps more than this. */
  maxKeptBytes: number;
  /** The same while all sessions together keep too much. */
  crowdedKeptBytes: number;
  /** The socket is given up when more than this waits to be written. */
  maxBacklogBytes: number;
  /** How long the closing handshake may take. */
  closeWithinMs: number;
  retry: RetryPolicy;
}

export const DEFAULT_SESSION_CONFIG: SessionConfig = {
  heartbeatMs: 30_000,
  helloWithinMs: 5_000,
  greetWithinMs: 20_000,
  credits: 64,
  ackAfterMs: 200,
  ackAfterFrames: 50,
  maxBatchBytes: 700 * 1024,
  retryMinMs: 250,
  retryMaxMs: 5_000,
  refreshEveryMs: 1_000,
  minCallMs: 200,
  maxWaitingCalls: 32,
  maxBacklogForCall: 64 * 1024,
  unansweredCallsToClose: 3,
  probeWithinMs: 3_000,
  maxGap: 100_000,
  chatter: { capacity: 200, perSecond: 50 },
  malformed: { capacity: 10, perSecond: 0.2 },
  flow: {
    samples: { capacity: 100_000, perSecond: 5_000 },
    events: { capacity: 5_000, perSecond: 500 },
    pace: { capacity: 2_000, perSecond: 100 },
  },
  maxKeptBytes: 256 * 1024,
  crowdedKeptBytes: 16 * 1024,
  maxBacklogBytes: 1024 * 1024,
  closeWithinMs: 3_000,
  retry: { minMs: 1_000, rangeMs: 4_000, doublings: 6, maxMs: 300_000 },
};
