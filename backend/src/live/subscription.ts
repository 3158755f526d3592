import type { ClientToServer, ServerToClient } from '@cupola/contracts';
import type { Actor } from '../auth/actor.js';
import type { Socket } from 'socket.io';

export type LiveSocket = Socket<ClientToServer, ServerToClient>;

/** Whoever holds a subscription: who it is with the rights of now, and whether it keeps up with reading. */
export interface Reader {
  readonly actor: Actor;
  readonly isBusy: boolean;
}

/** The wire's side of a subscription: numbers every message, and says when the reader does not keep up. */
export class Subscription {
  #seq = 0;
  #isOpen = true;

  constructor(
    readonly id: string,
    private readonly socket: LiveSocket,
    readonly reader: Reader,
    private readonly ended: () => void,
    /** The last number that the reader has seen of this topic before. */
    readonly since?: number,
  ) {}

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get isBusy(): boolean {
    return this.reader.isBusy;
  }

  /** `seq`: for content that has numbers of its own. */
  snapshot(data: unknown, seq = this.#seq + 1): void {
    if (!this.#isOpen) return;
    this.#seq = seq;
    this.socket.emit('snapshot', { id: this.id, seq: this.#seq, data });
  }

  delta(data: unknown, seq = this.#seq + 1): void {
    if (!this.#isOpen) return;
    const prev = this.#seq;
    this.#seq = seq;
    this.socket.emit('delta', { id: this.id, prev, seq: this.#seq, data });
  }

  /** Goes on from what the reader has seen, without a snapshot. */
  resume(seq: number): void {
    this.#seq = seq;
  }

  /** What the reader holds is no longer whole, and nothing more will come: it has to subscribe again. */
  end(reason: string): void {
    if (!this.#isOpen) return;
    this.socket.emit('resync', { id: this.id, reason });
    this.ended();
  }

  close(): void {
    this.#isOpen = false;
  }
}

/** The content's side of a subscription. */
export interface Feed {
  /** The reader has caught up: send what gathered meanwhile. */
  idle(): void;
  close(): void;
}
