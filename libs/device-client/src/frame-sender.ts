import { FRAME } from '@cupola/contracts';
import type { DataFrame, DataRow } from '@cupola/contracts';
import type { PointList } from './point-list.js';
import type { SendStream, StoredFrame } from './stream.js';

/** Frames `from` to `to` of a stream are stored at the server for ever. */
export interface Acknowledged {
  readonly streamId: string;
  readonly from: number;
  readonly to: number;
}

/** Share of the credits that backfill leaves free for what is measured now. */
const LIVE_RESERVE = 0.25;
/** Fewer credits than this are not worth dividing. */
const MIN_DIVIDED_CREDITS = 4;

interface Position {
  readonly stream: SendStream;
  acked: number;
  sent: number;
}

/**
 * Decides which frame goes next: streams in order of precedence, never more unacknowledged frames than credits, backfill
 * from spare credits only. Within a session a frame is sent once; after a reconnect everything beyond the acknowledged
 * number is sent again under its old number.
 */
export class FrameSender {
  readonly #positions: Position[];
  #credits = 0;

  constructor(
    streams: readonly SendStream[],
    private readonly points: PointList,
    private readonly onAcknowledged: (acknowledged: Acknowledged) => void,
  ) {
    this.#positions = streams.map((stream) => ({ stream, acked: 0, sent: 0 }));
  }

  /** Frames that are not acknowledged yet, sent or not. */
  get unacknowledged(): number {
    return this.#positions.reduce((sum, { stream, acked }) => sum + (stream.next - 1 - Math.max(acked, stream.oldest - 1)), 0);
  }

  /** What HELLO says of the streams. */
  forHello(): { id: string; oldest: number; next: number }[] {
    return this.#positions.map(({ stream }) => ({ id: stream.id, oldest: stream.oldest, next: stream.next }));
  }

  /** A new session: goes on at acknowledged + 1 of each stream. */
  resume(acked: Readonly<Record<string, number>>, credits: number): void {
    this.#credits = credits;
    for (const position of this.#positions) {
      this.#advance(position, acked[position.stream.id] ?? 0);
      position.sent = Math.max(position.acked, position.stream.oldest - 1);
    }
  }

  acknowledge(streamId: string, seq: number, credits: number): void {
    this.#credits = credits;
    const position = this.#positions.find(({ stream }) => stream.id === streamId);
    // A number that was never sent is not an acknowledgement of anything.
    if (position !== undefined && seq <= position.sent) this.#advance(position, seq);
  }

  /** The link is gone: nothing may be sent until the next session resumes. */
  suspend(): void {
    this.#credits = 0;
  }

  /**
   * Sends frames again that the gateway did not see. Answers the oldest number still held when some are gone; those that
   * are held go out first, because the gateway gives up the whole range on that answer.
   */
  repeat(streamId: string, from: number, to: number, send: (frame: DataFrame) => void): { gone: number | null } {
    const position = this.#positions.find(({ stream }) => stream.id === streamId);
    if (position === undefined) return { gone: 1 };
    const { oldest } = position.stream;
    for (let seq = Math.max(from, oldest); seq <= Math.min(to, position.sent); seq += 1) {
      const frame = position.stream.frame(seq);
      if (frame !== null) send(this.#encode(streamId, seq, frame));
    }
    return { gone: from < oldest ? oldest : null };
  }

  /** Sends what credits allow. */
  pump(send: (frame: DataFrame) => void): void {
    let inFlight = this.#positions.reduce((sum, { stream, acked, sent }) => sum + Math.max(0, sent - Math.max(acked, stream.oldest - 1)), 0);
    for (const position of this.#positions) {
      while (inFlight < this.#credits) {
        const seq = Math.max(position.sent + 1, position.stream.oldest);
        const frame = seq < position.stream.next ? position.stream.frame(seq) : null;
        if (frame === null || inFlight >= this.#allowance(frame)) break;
        send(this.#encode(position.stream.id, seq, frame));
        inFlight += 1;
        position.sent = seq;
      }
    }
  }

  #allowance(frame: StoredFrame): number {
    const isDivided = frame.lane === 1 && this.#credits >= MIN_DIVIDED_CREDITS;
    return isDivided ? Math.floor(this.#credits * (1 - LIVE_RESERVE)) : this.#credits;
  }

  #advance(position: Position, seq: number): void {
    if (seq <= position.acked) return;
    const from = position.acked + 1;
    position.acked = seq;
    position.stream.forget(seq);
    this.onAcknowledged({ streamId: position.stream.id, from, to: seq });
  }

  /** Rows whose key has left the point list are left out: no number stands for them any more. */
  #encode(streamId: string, seq: number, frame: StoredFrame): DataFrame {
    const base = frame.rows.reduce((least, row) => Math.min(least, row[3]), Number.MAX_SAFE_INTEGER);
    const rows = frame.rows.flatMap(([key, value, quality, at]): DataRow[] => {
      const point = this.points.find(key);
      return point === undefined ? [] : [[point.alias, value, quality, at - base]];
    });
    return [FRAME.data, streamId, seq, frame.lane, frame.rows.length === 0 ? 0 : base, rows];
  }
}
