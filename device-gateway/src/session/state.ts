import type { CallOptions, Channel, Hello, IngestFrame, LostRange, RetryPolicy, SessionRef } from '@cupola/contracts';
import type { StreamWindow, TokenBucket } from '@cupola/domain';
import { FULL_BUCKET } from '@cupola/domain';
import { type Flow, OPEN_FLOW } from './flow.js';
import type { SessionConfig } from './config.js';
import type { RawRows } from './sample-rows.js';

/** Two clocks: monotonic for everything that is waited for, wall for everything that is said. Milliseconds. */
export interface Moment {
  monotonic: number;
  wall: number;
  /** Bytes written to the socket that its peer has not taken yet. */
  backlogBytes: number;
  /** The gateway does not read the socket at present, because the store does not keep up. */
  isPaused: boolean;
  /** How long busy controllers have to wait for the sake of others. */
  heldBackMs: number;
}

/**
 * `awaitingHello` from the 101 on; `greeting` while backend is asked; `pending` until a technician confirms;
 * `active`; `superseded` while the socket of a session that lost its place is asked whether somebody is still there;
 * `closing` once an end was decided: nothing that arrives counts any more.
 */
export type Phase = 'awaitingHello' | 'greeting' | 'pending' | 'active' | 'superseded' | 'closing';

/** Frames of event streams have a way of their own to the store: nothing else is in front of them. */
export type QueueName = 'events' | 'samples';

export interface HeldFrame extends RawRows {
  queue: QueueName;
  streamId: string;
  seq: number;
  lane: 0 | 1;
  bytes: number;
  /** Monotonic. */
  arrivedAt: number;
  /** Wall clock: the received time of its samples. */
  receivedTime: number;
}
export interface ReadyFrame {
  frame: IngestFrame;
  bytes: number;
}

/** One way to the store: at most one request is under way. */
export interface Queue {
  ready: readonly ReadyFrame[];
  /** In the ingest request under way, or to be sent again. */
  sending: readonly ReadyFrame[];
  /** Numbers that will never arrive, to be recorded with the next request. */
  lost: readonly LostRange[];
  sendingLost: readonly LostRange[];
  attempts: number;
  retryAt: number | null;
}

/** Samples on their way from the socket to the store. */
export interface Intake {
  windows: ReadonlyMap<string, StreamWindow>;
  channels: ReadonlyMap<number, Channel>;
  /** False while the list that HELLO named has not come: the channels that are here may give its aliases another meaning. */
  isListKnown: boolean;
  /** What each stream carries: decided by its first frame. */
  carries: ReadonlyMap<string, QueueName>;
  /** Arrived, but waiting for the channels that its aliases mean. */
  held: readonly HeldFrame[];
  queues: Readonly<Record<QueueName, Queue>>;
  ackDueAt: number | null;
  /** When the channels that are here were asked for. */
  refreshedAt: number;
  refreshAskedAt: number;
  refreshDueAt: number | null;
  isRefreshing: boolean;
  /** The list changed while it was being read: the answer does not count. */
  isRefreshStale: boolean;
}

/** Who asked for a CALL: a program on the bus (by token), or the session itself for missing frames. */
export type CallOwner = { kind: 'bus'; token: number } | { kind: 'replay'; streamId: string; from: number; to: number };
export interface OutboundCall {
  owner: CallOwner;
  action: string;
  payload: unknown;
  key: string;
  /** Wall clock. */
  deliverBy: number;
}
export interface Calls {
  /** The one CALL that the controller owes an answer to. */
  current: (OutboundCall & { id: string; dueAt: number }) | null;
  waiting: readonly (OutboundCall & { dueAt: number })[];
  sent: number;
  unansweredInARow: number;
  /** The controller's own CALL that is being worked on. */
  inbound: { id: string; action: string; options: CallOptions } | null;
}

/** What is known of the controller's clock. */
export interface DeviceClock {
  /** False: its times are uptimes. */
  isThere: boolean;
  /** Server time of its boot. */
  bootedAt: number;
  /** Its time minus the server's, milliseconds; null before the first measurement. */
  offsetMs: number | null;
  /** The offset that backend was told last. */
  toldMs: number | null;
}

export interface Greeting {
  attempts: number;
  retryAt: number | null;
  giveUpAt: number;
}

export interface SessionState {
  ref: SessionRef;
  phase: Phase;
  openedAt: number;
  /** Monotonic: when the last valid message came. */
  lastHeardAt: number;
  /** The same on the wall clock. */
  lastSeen: number;
  chatter: TokenBucket;
  malformed: TokenBucket;
  flow: Flow;
  greeting: Greeting | null;
  /** As it was said; kept to ask backend again, until the point list that it names is there. */
  hello: Hello | null;
  points: { rev: string; wanted: boolean };
  /** Revision of what is intended in the controller's slots. */
  desiredRev: number;
  /** What WELCOME says about coming back. */
  retry: RetryPolicy;
  intake: Intake;
  calls: Calls;
  clock: DeviceClock;
  /** While `superseded`: how long somebody may take to answer. */
  probeUntil: number;
  isDraining: boolean;
  /** A technician confirmed; the channels that WELCOME waits for are being read. */
  isAccepted: boolean;
}

/** Whether what comes from backend still concerns the session. */
export function isAtWork({ phase }: SessionState): boolean {
  return phase !== 'closing' && phase !== 'superseded';
}

export function openSession(ref: SessionRef, config: SessionConfig, now: Moment): SessionState {
  return {
    ref,
    phase: 'awaitingHello',
    openedAt: now.monotonic,
    lastHeardAt: now.monotonic,
    lastSeen: now.wall,
    chatter: FULL_BUCKET,
    malformed: FULL_BUCKET,
    flow: OPEN_FLOW,
    greeting: null,
    hello: null,
    points: { rev: '', wanted: false },
    desiredRev: 0,
    retry: config.retry,
    intake: NO_INTAKE,
    calls: NO_CALLS,
    clock: { isThere: true, bootedAt: 0, offsetMs: null, toldMs: null },
    probeUntil: Number.POSITIVE_INFINITY,
    isDraining: false,
    isAccepted: false,
  };
}

const NO_CALLS: Calls = { current: null, waiting: [], sent: 0, unansweredInARow: 0, inbound: null };
const EMPTY: Queue = { ready: [], sending: [], lost: [], sendingLost: [], attempts: 0, retryAt: null };
export const NO_INTAKE: Intake = {
  windows: new Map(),
  channels: new Map(),
  isListKnown: false,
  carries: new Map(),
  held: [],
  queues: { events: EMPTY, samples: EMPTY },
  ackDueAt: null,
  refreshedAt: Number.NEGATIVE_INFINITY,
  refreshAskedAt: Number.NEGATIVE_INFINITY,
  refreshDueAt: null,
  isRefreshing: false,
  isRefreshStale: false,
};
