import type { Lane, ReportRow, SendStream, StoredFrame } from '@cupola/device-client';
import { createHash } from 'node:crypto';
import type { Pace } from './pace.js';
import type { Recording } from './recording.js';

/** A point as the recording and the controller know it. */
export interface RecordedPoint {
  readonly sourceId: string;
  readonly key: string;
}

/** A frame of the recording: everything that one controller recorded at one instant. */
export interface RecordedFrame {
  readonly time: number;
  readonly rows: readonly ReportRow[];
}

export interface Framing {
  readonly streamId: string;
  readonly frames: readonly RecordedFrame[];
}

/** Goes into every stream id: another way of cutting frames must not continue streams that were cut this way. */
const FRAMING_VERSION = 'cupola-replay/1';
const MAX_ROWS = 500;

/**
 * Cuts a controller's recording into numbered frames. The stream's id and every frame follow from the recording and the
 * shift alone, so that a replay that lost everything goes on where the product says. `shiftMs` is added to every time.
 */
export function frameRecording(recording: Recording, points: readonly RecordedPoint[], shiftMs: number): Framing {
  const hash = createHash('sha256').update(FRAMING_VERSION);
  const byTime = new Map<number, ReportRow[]>();
  for (const { sourceId, key } of points.toSorted((a, b) => (a.sourceId < b.sourceId ? -1 : 1))) {
    const series = recording.series.get(sourceId);
    if (series === undefined) continue;
    hash.update(`\n${sourceId}\n`);
    series.times.forEach((time, index) => {
      const value = series.values[index] ?? 0;
      hash.update(`${time} ${value}\n`);
      const row: ReportRow = [key, value, 0, time + shiftMs];
      const together = byTime.get(time);
      if (together === undefined) byTime.set(time, [row]);
      else together.push(row);
    });
  }
  const frames = [...byTime].sort(([a], [b]) => a - b).flatMap(([time, rows]) => cut(time, rows));
  const name = `replay-${hash.digest('hex').slice(0, 24)}`;
  return { streamId: shiftMs === 0 ? name : `${name}+${shiftMs}`, frames };
}

function cut(time: number, rows: ReportRow[]): RecordedFrame[] {
  const parts = Math.ceil(rows.length / MAX_ROWS);
  return Array.from({ length: parts }, (_, part) => ({ time, rows: rows.slice(part * MAX_ROWS, (part + 1) * MAX_ROWS) }));
}

/** A controller's recording as a stream: a frame is there as soon as the pace has reached its time. */
export class RecordedStream implements SendStream {
  readonly id: string;
  readonly oldest = 1;
  readonly next: number;
  readonly rows: number;
  readonly #frames: readonly RecordedFrame[];
  readonly #lane: Lane;
  #acked = 0;
  #ackedRows = 0;

  constructor(
    { streamId, frames }: Framing,
    private readonly pace: Pace,
  ) {
    this.id = streamId;
    this.#frames = frames;
    this.next = frames.length + 1;
    this.rows = countRows(frames);
    // At full speed nothing of it is live; it must not hold up what happens now.
    this.#lane = pace.isUnlimited ? 1 : 0;
  }

  get ackedRows(): number {
    return this.#ackedRows;
  }

  get isComplete(): boolean {
    return this.#acked === this.#frames.length;
  }

  /** Recording time of the first frame that is not stored yet; null when all are. */
  get resumesAt(): number | null {
    return this.#frames[this.#acked]?.time ?? null;
  }

  frame(seq: number): StoredFrame | null {
    const frame = this.#frames[seq - 1];
    return frame !== undefined && this.pace.hasReached(frame.time) ? { lane: this.#lane, rows: frame.rows } : null;
  }

  forget(seq: number): void {
    this.#ackedRows += countRows(this.#frames.slice(this.#acked, seq));
    this.#acked = Math.max(this.#acked, Math.min(seq, this.#frames.length));
  }

  /** Rows of the frames `from` to `to`. */
  rowsBetween(from: number, to: number): number {
    return countRows(this.#frames.slice(from - 1, to));
  }
}

function countRows(frames: readonly RecordedFrame[]): number {
  return frames.reduce((sum, { rows }) => sum + rows.length, 0);
}
