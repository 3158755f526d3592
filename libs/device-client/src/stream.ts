/** Lanes of DATA and EVENT: 0 live, 1 backfill. Backfill uses spare credits only and never overwrites a newer current value. */
export type Lane = 0 | 1;

/** One sample: key, value in the point's unit (null = none), quality code of `encodeQuality` (0 = GOOD), source time in epoch ms. */
export type ReportRow = readonly [key: string, value: number | null, quality: number, sourceTime: number];

/** What goes under one sequence number: stored together or not at all. Rows name keys, because aliases may change at a restart. */
export interface StoredFrame {
  readonly lane: Lane;
  readonly rows: readonly ReportRow[];
  /** Id of the boot since which the rows' times are counted, where the controller had no clock; absent: epoch milliseconds. */
  readonly boot?: string;
}

/** What a stream carries, in the order in which a full store lets go of it. */
export const CARRIES = ['live', 'backfill', 'events'] as const;
export type Carries = (typeof CARRIES)[number];

/** Frames `from` to `to` that a full store dropped before they were acknowledged. Times in epoch ms, null where they are not known. */
export interface StreamLoss {
  readonly streamId: string;
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly oldest: number | null;
  readonly newest: number | null;
}

/**
 * A numbered sequence of frames that is sent until it was acknowledged. Numbers start at 1. The id is made with the
 * store and survives restarts: the gateway resumes by it.
 */
export interface SendStream {
  readonly id: string;
  /** Lowest number still held. */
  readonly oldest: number;
  /** Number that the next frame gets. */
  readonly next: number;
  /** The frame of this number; null while it is not there yet (or no longer). Always the same frame for the same number. */
  frame(seq: number): StoredFrame | null;
  /** Everything up to `seq` is stored at the server for ever: the copies may go. */
  forget(seq: number): void;
}

/** A stream that grows: what the controller measures is appended and kept until it was acknowledged. */
export interface StreamStore extends SendStream {
  /** Keeps the frame and returns its number. Synchronous: the frame is safe when this returns, and only then it may be sent. */
  append(frame: StoredFrame): number;
  /** Frames that were dropped because the store was full, since it was opened. */
  readonly dropped: number;
  /** What was dropped and not reported to the server yet, oldest first. A store without it reports nothing. */
  losses?(): readonly StreamLoss[];
  /** The server has these on record. */
  settle?(losses: readonly StreamLoss[]): void;
  /** Highest time of an earlier boot without a clock that a frame of it carries; null when there is none. */
  endOfBoot?(boot: string): number | null;
  close(): void;
}

/** Frames that a store keeps before it drops the oldest: at 20 rows each about two million samples. */
export const DEFAULT_MAX_FRAMES = 100_000;
