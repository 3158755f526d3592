import { FRAME } from '@cupola/contracts';
import type { Hello, Welcome } from '@cupola/contracts';
import type { CallDesk } from './call-desk.js';
import { monotonic, type CancelTimer, type DeviceClock } from './clock.js';
import type { Documents } from './documents.js';
import type { FrameSender } from './frame-sender.js';
import type { Ticket } from './gateway-http.js';
import type { Incoming } from './incoming.js';
import type { LinkClock } from './link-clock.js';
import type { OutgoingCalls } from './outgoing-calls.js';
import { SessionSocket, type SocketEnd } from './session-socket.js';

/** What all sessions of one controller share. */
export interface SessionParts {
  readonly clock: DeviceClock;
  readonly link: LinkClock;
  readonly sender: FrameSender;
  readonly desk: CallDesk;
  readonly calls: OutgoingCalls;
  readonly documents: Documents;
}

export interface SessionListener {
  hello(): Hello;
  /** Each WELCOME; a second one carries a changed status. */
  welcomed(welcome: Welcome): void;
  /** The gateway did not like a frame; what it could take of it is kept. */
  complained(code: string, text: string): void;
  /** Called exactly once, with what the gateway said about coming back. */
  ended(end: SocketEnd & { spreadMs: number | null; retryAfterMs: number | null }): void;
}

/** How long the gateway may take from HELLO to WELCOME. */
const WELCOME_WITHIN_MS = 20_000;

/** One session: HELLO, WELCOME, then frames both ways until the socket ends. */
export class Session {
  readonly #socket: SessionSocket;
  #cancelTimer: CancelTimer = () => undefined;
  #welcome: Welcome | null = null;
  #helloAt = 0;
  #spreadMs: number | null = null;
  #hasEnded = false;

  constructor(
    private readonly parts: SessionParts,
    ticket: Ticket,
    private readonly listener: SessionListener,
  ) {
    this.#socket = new SessionSocket(ticket.url, ticket.ticket, {
      opened: () => this.#opened(),
      received: (frame) => this.#received(frame),
      ended: (end) => this.#ended(end),
    });
  }

  /** Samples and commands flow: the controller is confirmed, and the session stands. */
  get isAccepted(): boolean {
    return !this.#hasEnded && this.#welcome?.status === 'accepted';
  }

  /** Sends what credits allow. */
  pump(): void {
    if (this.isAccepted) this.parts.sender.pump((frame) => this.#socket.send(frame));
  }

  /** Which of the frames do not exist any more; null when all were sent again. */
  repeat(streamId: string, from: number, to: number): { from: number; to: number } | null {
    return this.parts.sender.repeat(streamId, from, to, (frame) => this.#socket.send(frame));
  }

  close(): void {
    this.#socket.close();
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #opened(): void {
    this.#helloAt = monotonic(this.parts.clock);
    this.#socket.send([FRAME.hello, this.listener.hello()]);
    this.#cancelTimer = this.parts.clock.setTimeout(() => this.#socket.terminate(), WELCOME_WITHIN_MS);
  }

  #received(frame: Incoming): void {
    if (this.#hasEnded) return;
    if (frame.kind === 'welcome') return this.#welcomed(frame.welcome);
    // Nothing counts before WELCOME.
    if (this.#welcome === null) return;
    this.parts.link.heard();
    switch (frame.kind) {
      case 'ack':
        this.parts.sender.acknowledge(frame.streamId, frame.seq, frame.credits);
        return this.pump();
      case 'call':
        return this.parts.desk.accept(frame, (answer) => this.#socket.send(answer));
      case 'result':
        return this.parts.calls.answered(frame.id, frame.payload);
      case 'error':
        // Without an id it is about a frame, not about a CALL.
        if (frame.id === '') return this.listener.complained(frame.code, frame.text);
        return this.parts.calls.refused(frame.id, frame.code, frame.text);
      case 'ping':
        return this.#socket.send([FRAME.pong, frame.count, frame.time, Math.round(this.parts.clock.now())]);
      case 'pong':
        return this.parts.link.pong(frame.count, frame.serverTime);
      case 'drain':
        this.#spreadMs = frame.spreadMs;
        return;
      case 'notify':
        return this.parts.documents.note(frame.notice);
      case 'other':
        return;
    }
  }

  #welcomed(welcome: Welcome): void {
    const { link, sender, calls } = this.parts;
    const wasAccepted = this.isAccepted;
    const isFirst = this.#welcome === null;
    this.#welcome = welcome;
    if (isFirst) {
      link.begin(welcome.serverTime, this.#helloAt, welcome.heartbeatMs);
      this.#beat(welcome.heartbeatMs);
    }
    link.heard();
    if (this.isAccepted && !wasAccepted) {
      sender.resume(welcome.acked, welcome.credits);
      calls.begin((frame) => this.#socket.send(frame));
    }
    this.listener.welcomed(welcome);
    this.pump();
  }

  /** PING each heartbeat; a link that stayed silent for two of them is given up. */
  #beat(heartbeatMs: number): void {
    this.#cancelTimer();
    if (this.parts.link.isSilent) return this.#socket.terminate();
    this.#socket.send(this.parts.link.ping());
    this.#cancelTimer = this.parts.clock.setTimeout(() => this.#beat(heartbeatMs), heartbeatMs);
  }

  #ended(end: SocketEnd): void {
    this.#hasEnded = true;
    this.#cancelTimer();
    this.parts.sender.suspend();
    this.parts.calls.end();
    this.parts.documents.end();
    const retryAfterMs = this.#welcome?.status === 'rejected' ? (this.#welcome.retryAfterMs ?? null) : null;
    this.listener.ended({ ...end, spreadMs: this.#spreadMs, retryAfterMs });
  }
}
