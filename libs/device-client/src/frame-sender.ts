import { FRAME } from '@cupola/contracts';
import type { DataFrame, DataRow } from '@cupola/contracts';
import type { FrameTimes } from './frame-times.js';
import type { PointList } from './point-list.js';
import type { SendStream, StoredFrame } from './stream.js';

/** Frames `from` to `to` of a stream are stored at the server for ever. */
export interface Acknowledged {
  readonly streamId: string;
  readonly from: number;
  readonly to: number;
}

/** A stream and what its frames are: EVENTs go out as such, and need not spare credits for anybody. */
export interface Sending {
  readonly stream: SendStream;
  readonly isEvents: boolean;
}

/** Share of the credits that backfill leaves free for what is measured now. */
const LIVE_RESERVE = 0.25;
/** Credits that telemetry leaves free, so that an event never waits for an acknowledgement of telemetry. */
const EVENT_RESERVE = 1;
/** Fewer credits than this are not worth dividing. */
const MIN_DIVIDED_CREDITS = 4;

interface Position extends Sending {
  /** The stream's id as the session knows it: a store that was begun anew has another. */
  id: string;
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
  /** What WELCOME granted: events keep it while credits are withheld from telemetry. */
  #window = 0;

  constructor(
    streams: readonly Sending[],
    private readonly points: PointList,
    private readonly times: FrameTimes,
    private readonly onAcknowledged: (acknowledged: Acknowledged) => void,
  ) {
    this.#positions = streams.map((sending) => ({ ...sending, id: sending.stream.id, acked: 0, sent: 0 }));
  }

  /** A store was begun anew since HELLO: the gateway knows nothing of its streams before the next one. */
  get isOutdated(): boolean {
    return this.#positions.some(({ id, stream }) => id !== stream.id);
  }

  /** Up to which number the server has stored a stream, as far as it has said so. */
  acknowledged(streamId: string): number {
    return this.#positions.find(({ id }) => id === streamId)?.acked ?? 0;
  }

  /** Frames that are not acknowledged yet, sent or not. */
  get unacknowledged(): number {
    return this.#positions.reduce((sum, { stream, acked }) => sum + (stream.next - 1 - Math.max(acked, stream.oldest - 1)), 0);
  }

  /** What HELLO says of the streams. */
  forHello(): { id: string; oldest: number; next: number }[] {
    for (const position of this.#positions) {
      if (position.id !== position.stream.id) Object.assign(position, { id: position.stream.id, acked: 0, sent: 0 });
    }
    return this.#positions.map(({ id, stream }) => ({ id, oldest: stream.oldest, next: stream.next }));
  }

  /** A new session: goes on at acknowledged + 1 of each stream. */
  resume(acked: Readonly<Record<string, number>>, credits: number): void {
    this.#credits = credits;
    this.#window = credits;
    for (const position of this.#positions) {
      this.#advance(position, acked[position.id] ?? 0);
      position.sent = Math.max(position.acked, position.stream.oldest - 1);
    }
  }

  acknowledge(streamId: string, seq: number, credits: number): void {
    this.#credits = credits;
    const position = this.#find(streamId);
    // A number that was never sent is not an acknowledgement of anything.
    if (position !== undefined && seq <= position.sent) this.#advance(position, seq);
  }

  /** The link is gone: nothing may be sent until the next session resumes. */
  suspend(): void {
    this.#credits = 0;
    this.#window = 0;
  }

  /** Sends frames again that the gateway did not see. Answers which of them are gone, as a range; null when none is. */
  repeat(streamId: string, from: number, to: number, send: (frame: DataFrame) => void): { from: number; to: number } | null {
    const position = this.#find(streamId);
    if (position === undefined) return { from, to };
    const { oldest } = position.stream;
    for (let seq = Math.max(from, oldest); seq <= Math.min(to, position.sent); seq += 1) {
      const frame = position.stream.frame(seq);
      if (frame !== null) send(this.#encode(position, seq, frame));
    }
    return from < oldest ? { from, to: Math.min(to, oldest - 1) } : null;
  }

  /** Sends what credits allow. */
  pump(send: (frame: DataFrame) => void): void {
    let inFlight = this.#positions.reduce((sum, { stream, acked, sent }) => sum + Math.max(0, sent - Math.max(acked, stream.oldest - 1)), 0);
    for (const position of this.#positions) {
      while (position.id === position.stream.id) {
        const seq = Math.max(position.sent + 1, position.stream.oldest);
        const frame = seq < position.stream.next ? position.stream.frame(seq) : null;
        if (frame === null || inFlight >= this.#allowance(position, frame)) break;
        send(this.#encode(position, seq, frame));
        inFlight += 1;
        position.sent = seq;
      }
    }
  }

  #find(streamId: string): Position | undefined {
    return this.#positions.find(({ id, stream }) => id === streamId && id === stream.id);
  }

  #allowance({ isEvents }: Position, { lane }: StoredFrame): number {
    if (isEvents) return Math.max(this.#window, this.#credits);
    if (this.#credits < MIN_DIVIDED_CREDITS) return this.#credits;
    return lane === 1 ? Math.floor(this.#credits * (1 - LIVE_RESERVE)) : this.#credits - EVENT_RESERVE;
  }

  #advance(position: Position, seq: number): void {
    if (seq <= position.acked) return;
    const from = position.acked + 1;
    position.acked = seq;
    position.stream.forget(seq);
    this.onAcknowledged({ streamId: position.id, from, to: seq });
  }

  /** Rows whose key has left the point list are left out: no number stands for them any more. */
  #encode({ id, stream, isEvents }: Position, seq: number, frame: StoredFrame): DataFrame {
    const { shift, suspect } = this.times.of(frame, stream);
    const base = frame.rows.reduce((least, row) => Math.min(least, row[3]), Number.MAX_SAFE_INTEGER);
    const rows = frame.rows.flatMap(([key, value, quality, at]): DataRow[] => {
      const point = this.points.find(key);
      return point === undefined ? [] : [[point.alias, value, quality | suspect, at - base]];
    });
    return [isEvents ? FRAME.event : FRAME.data, id, seq, frame.lane, frame.rows.length === 0 ? 0 : base + shift, rows];
  }
}
