import { signal } from '@angular/core';
import type { delta, liveReply, resync, snapshot } from '@cupola/contracts';
import type { z } from 'zod';
import { Refused } from '../core/refused';
import { randomId } from '../core/random-id';

type Snapshot = z.infer<typeof snapshot>;
type Delta = z.infer<typeof delta>;
type Resync = z.infer<typeof resync>;
export type LiveAnswer = z.infer<typeof liveReply>;

/** What a topic needs of the connection: emits that go out now or not at all. */
export interface LiveWire {
  emit(event: 'subscribe' | 'unsubscribe', body: { id: string; topic?: string; since?: number }, reply: (answer: LiveAnswer) => void): void;
}

/** Applies a topic's data where it is shown. */
export interface TopicSink {
  snapshot(data: unknown): void;
  delta(data: unknown): void;
}

/** What to ask for after the link was away: everything anew, or only what was missed since the last number. */
export type Return = 'snapshot' | 'replay';

/** A replay that has not begun by then is given up for a snapshot: nothing is called current on a guess. */
const REPLAY_PATIENCE_MS = 1500;

/**
 * One subscription: a snapshot, then deltas that each name their predecessor. Whatever does not fit (a gap, a resync)
 * ends in a new subscription and a new snapshot, under a new id, so that messages of the old one are recognised. A topic that
 * replays keeps its number while the link is away, and asks for what came after it.
 */
export class LiveTopic {
  private wire: LiveWire | null = null;
  private id = '';
  private seq: number | null = null;
  private patience: ReturnType<typeof setTimeout> | undefined;

  /** Whether what the sink holds is current: false from the moment the link is lost until the next snapshot. */
  readonly current = signal(false);
  readonly refused = signal<Refused | null>(null);

  constructor(
    readonly topic: string,
    private readonly sink: TopicSink,
    private readonly settled: () => void,
    private readonly onReturn: Return = 'snapshot',
  ) {}

  attach(wire: LiveWire): void {
    this.wire = wire;
    this.subscribe();
  }

  detach(): void {
    clearTimeout(this.patience);
    this.wire = null;
    if (this.onReturn === 'snapshot') this.seq = null;
    this.id = '';
    this.current.set(false);
  }

  close(): void {
    const { wire, id } = this;
    this.detach();
    if (id) wire?.emit('unsubscribe', { id }, () => undefined);
  }

  onSnapshot(message: Snapshot): void {
    if (message.id !== this.id) return;
    this.seq = message.seq;
    this.sink.snapshot(message.data);
    this.arrived();
  }

  onDelta(message: Delta): void {
    if (message.id !== this.id || this.seq === null) return;
    if (message.prev !== this.seq) {
      this.startOver();
      return;
    }
    this.seq = message.seq;
    this.sink.delta(message.data);
    if (!this.current()) this.arrived();
  }

  onResync(message: Resync): void {
    if (message.id === this.id) this.startOver();
  }

  private startOver(): void {
    const { wire, id } = this;
    this.current.set(false);
    this.seq = null;
    wire?.emit('unsubscribe', { id }, () => undefined);
    this.subscribe();
  }

  private arrived(): void {
    clearTimeout(this.patience);
    this.current.set(true);
    this.settled();
  }

  private subscribe(): void {
    const id = randomId();
    this.id = id;
    this.refused.set(null);
    clearTimeout(this.patience);
    const since = this.seq;
    this.wire?.emit('subscribe', since === null ? { id, topic: this.topic } : { id, topic: this.topic, since }, (answer) => {
      if (this.id !== id) return;
      if (answer.ok) {
        if (since !== null && !this.current()) this.patience = setTimeout(() => this.startOver(), REPLAY_PATIENCE_MS);
        return;
      }
      this.refused.set(new Refused(answer.error.code, answer.error.detail));
      this.settled();
    });
  }
}
