import type { Outputs } from './array-host.js';
import type { DeviceClock } from './clock.js';
import type { CredentialStore } from './credentials.js';
import type { Acknowledged } from './frame-sender.js';
import type { HostStore } from './host-store.js';
import type { PointDefinition } from './point-list.js';
import type { SendStream, StreamStore } from './stream.js';

/** Where what is measured waits for its acknowledgement. Values reported while the link is down go to `backfill`. */
export interface Streams {
  readonly live?: StreamStore;
  readonly backfill?: StreamStore;
  /** Streams that somebody else fills (recordings); the first goes first. Call `wake()` when one has new frames. */
  readonly recordings?: readonly SendStream[];
}

export interface ControllerOptions {
  /** Base address of the gateway, e.g. `http://127.0.0.1:8081`. */
  readonly gateway: string;
  readonly credentials: CredentialStore;
  readonly points: readonly PointDefinition[];
  /** Default: in memory. */
  readonly streams?: Streams;
  /** Keeps the priority arrays of writable points. Default: in memory. */
  readonly host?: HostStore;
  /** Drives an output. Needed as soon as a point is writable. */
  readonly onWrite?: Outputs['write'];
  /** Reads an output back. */
  readonly onRead?: Outputs['read'];
  readonly model?: string;
  readonly firmware?: string;
  /** False without a battery-backed clock: overrides with an end do not survive a restart. Default true. */
  readonly keepsTime?: boolean;
  readonly clock?: DeviceClock;
  /** Uniform in [0, 1). Default `Math.random`. */
  readonly random?: () => number;
}

/**
 * - `stopped`: not started, or stopped
 * - `unclaimed`: there is no credential yet; `enrol` first
 * - `connecting`: asking for a ticket, opening the session
 * - `pending`: connected, a technician has yet to confirm; nothing is sent
 * - `online`: samples and commands flow
 * - `waiting`: tries again after `retryInMs`
 * - `halted`: the server told it to stop (superseded, revoked, conflict); asks again after `retryInMs`, slowly
 */
export type ControllerLink = 'stopped' | 'unclaimed' | 'connecting' | 'pending' | 'online' | 'waiting' | 'halted';

export interface ControllerState {
  readonly link: ControllerLink;
  /** Why, in words. */
  readonly detail: string;
  /** Close code or HTTP status that led here; null where there is none. */
  readonly code: number | null;
  readonly retryInMs: number | null;
}

export interface ReportOptions {
  /** Epoch milliseconds. Default: now. */
  readonly sourceTime?: number;
  /** Quality code of `encodeQuality`. Default 0, GOOD. */
  readonly quality?: number;
  /** 0 live, 1 backfill. Default: live while online. */
  readonly lane?: 0 | 1;
}

export interface ControllerEvents {
  state: [ControllerState];
  /** Stored at the server for ever. */
  acknowledged: [Acknowledged];
  /** Points that the server holds back, each with what to do about it. */
  quarantined: [{ key: string; reason: string }[]];
  /** Something failed that the controller will try again. */
  problem: [Error];
}
