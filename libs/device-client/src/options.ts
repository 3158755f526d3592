import type { Outputs } from './array-host.js';
import type { DeviceClock } from './clock.js';
import type { CredentialStore } from './credentials.js';
import type { Acknowledged } from './frame-sender.js';
import type { HostStore } from './host-store.js';
import type { PointDefinition } from './point-list.js';
import type { SendStream, StreamStore } from './stream.js';

/** Where what is measured waits for its acknowledgement: a `sqliteStore`, or stores of your own. Each defaults to one in memory. */
export interface Streams {
  readonly live?: StreamStore;
  /** Gets the values that are reported while the link is down. */
  readonly backfill?: StreamStore;
  /** Gets the values of points that are marked as `event`, and what `reportEvent` is told. It is sent first. */
  readonly events?: StreamStore;
  /** Streams that somebody else fills (recordings); the first goes first. Call `wake()` when one has new frames. */
  readonly recordings?: readonly SendStream[];
  /** Runs the appends of one report batch as one commit. Default: runs them. */
  readonly together?: (work: () => void) => void;
  /** Tells of a store that was damaged and begun anew. */
  readonly onDamage?: (listener: (problem: Error) => void) => void;
}

/** A sub-device as it is now: what it is called, and a word for its state (`online`, `lost`, ...). */
export interface SubdeviceState {
  readonly id: string;
  readonly state: string;
  /** Epoch milliseconds since when. Default: now. */
  readonly since?: number;
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
  /** Sub-devices as they are at the start; points name theirs by `subdevice`. */
  readonly subdevices?: readonly SubdeviceState[];
  /**
   * Where the time comes from, in a word for people (`ntp`, `rtc`, `system`). `none`: this controller has no idea of the time of day;
   * it counts from its boot, and the server tells what that means. Default `system`.
   */
  readonly clockSource?: string;
  /** False without a battery-backed clock: overrides with an end do not survive a restart. Default true, false without a clock. */
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
  /** Epoch milliseconds. Default: now. A controller without a clock leaves it out. */
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
