import type { SessionRef } from '@cupola/contracts';
import type { CloseCode, SessionReason } from '@cupola/domain';
import { CLOSE_CODES } from '@cupola/domain';
import { WebSocket } from 'ws';
import { decodeFrame } from '../codec/decode-frame.js';
import { dueAt } from './due-at.js';
import type { CallOutcome, Effect, Input } from './effects.js';
import { keptBytes, rowsOf } from './intake.js';
import { isUnderWay, QUEUE_NAMES } from './queues.js';
import type { SiteFlow } from './gateway-flow.js';
import type { SessionEnd, SessionParts } from './session-parts.js';
import { advance } from './session-step.js';
import type { Intake, Moment, OutboundCall, SessionState } from './state.js';
import { isLate } from './late.js';
import { openSession } from './state.js';
import { closeCodeOf } from './socket-faults.js';

/** A close frame carries at most 123 bytes of reason. */
const MAX_REASON_BYTES = 123;
const ABNORMAL = 1006;

/** One controller's socket and the step function behind it: turns what happens into inputs and effects into deeds. */
export class DeviceSession {
  #state: SessionState;
  #dueAt: number;
  #end: SessionEnd | null = null;
  #isBusy = false;
  #tokens = 0;
  #measured: Intake | null = null;
  #kept = 0;
  // Made when they are first needed: ten thousand sessions that do nothing have neither.
  #waiting: Input[] | null = null;
  #settle: Map<number, (outcome: CallOutcome) => void> | null = null;

  constructor(
    private readonly socket: WebSocket,
    ref: SessionRef,
    private readonly parts: SessionParts,
    private readonly flow: SiteFlow,
  ) {
    const moment = this.#moment();
    this.#state = openSession(ref, parts.config, moment);
    this.#dueAt = dueAt(this.#state, parts.config, moment.monotonic);
    parts.onDue(this, this.#dueAt);
    this.#listen();
  }

  get ref(): SessionRef {
    return this.#state.ref;
  }

  get phase(): SessionState['phase'] {
    return this.#state.phase;
  }

  /** A heartbeat is overdue. */
  get isLate(): boolean {
    return isLate(this.#state, this.parts.config, { monotonic: this.parts.clock.monotonic(), isPaused: this.socket.isPaused });
  }

  /** Something about it depends on what backend says next: its confirmation, or its point list. */
  get isAwaitingWord(): boolean {
    const { phase, intake } = this.#state;
    return phase === 'pending' || (phase === 'active' && (!intake.isListKnown || intake.held.length > 0));
  }

  /** Wall clock of the last valid message. */
  get lastSeen(): number {
    return this.#state.lastSeen;
  }

  /** Monotonic time of the next tick that the session wants. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** Nothing is on its way to the store, and the controller owes no answer. */
  get isIdle(): boolean {
    const { intake, calls, phase } = this.#state;
    if (phase === 'closing' || phase === 'superseded') return true;
    const isStored = QUEUE_NAMES.every((name) => !isUnderWay(intake.queues[name]) && intake.queues[name].ready.length === 0);
    return isStored && calls.current === null && calls.inbound === null;
  }

  get isClosed(): boolean {
    return this.socket.readyState === WebSocket.CLOSED;
  }

  /** Resolves with what is known of the CALL when its deadline is over at the latest. */
  call(call: Omit<OutboundCall, 'owner'>): Promise<CallOutcome> {
    return new Promise((resolve) => {
      this.#tokens += 1;
      (this.#settle ??= new Map()).set(this.#tokens, resolve);
      this.input({ type: 'call', call: { ...call, owner: { kind: 'bus', token: this.#tokens } } });
    });
  }

  /** Inputs that effects cause wait until the step that caused them is complete. */
  input(input: Input): void {
    if (this.#isBusy) {
      (this.#waiting ??= []).push(input);
      return;
    }
    this.#isBusy = true;
    try {
      for (let next: Input | undefined = input; next !== undefined; next = this.#waiting?.shift()) this.#step(next);
    } finally {
      this.#isBusy = false;
    }
  }

  terminate(): void {
    this.socket.terminate();
  }

  #step(input: Input): void {
    const moment = this.#moment();
    const { state, effects } = advance(this.#state, input, this.parts.config, moment);
    this.#state = state;
    this.#dueAt = dueAt(state, this.parts.config, moment.monotonic);
    this.parts.onDue(this, this.#dueAt);
    for (const effect of effects) this.#perform(effect);
    this.#throttle();
  }

  #perform(effect: Effect): void {
    const { relay, metrics, log } = this.parts;
    switch (effect.type) {
      case 'send':
        return this.#send(JSON.stringify(effect.frame));
      case 'greet':
        return relay.greet(this, effect.hello, effect.clockOffsetMs);
      case 'ingest':
        return relay.ingest(this, effect);
      case 'fetchChannels':
        return relay.fetchChannels(this);
      case 'relay':
        return relay.pass(this, effect);
      case 'tellClock':
        return relay.tellClock(this, effect.clockOffsetMs);
      case 'settle':
        return this.#settleCall(effect.token, effect.outcome);
      case 'tally':
        return metrics.tally(effect.what, effect.count);
      case 'note':
        return log.warn({ ...this.#who(), ...effect.facts }, effect.text);
      case 'close':
        return this.#close(effect.code, effect.text, effect.reason);
      case 'terminate':
        this.#ended({ code: effect.code, reason: effect.reason, text: effect.text });
        return this.socket.terminate();
    }
  }

  #listen(): void {
    const { socket } = this;
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#received(data, isBinary));
    socket.on('ping', (payload: Buffer) => this.#controlPing(payload));
    socket.on('error', (error) => {
      const code = closeCodeOf(error);
      if (code !== null) this.input({ type: 'unreadable', code, text: error.message });
    });
    socket.on('close', (code, reason) => {
      this.input({ type: 'gone' });
      const wasClosed = code !== ABNORMAL;
      const text = wasClosed ? `closed by the controller with ${code} ${reason.toString('utf8')}`.trim() : 'the connection broke';
      this.#ended({ code, reason: wasClosed ? 'closed_by_controller' : 'connection_lost', text });
    });
  }

  /** Answered here, after it was counted: the library's own answers do not count. */
  #controlPing(payload: Buffer): void {
    this.input({ type: 'controlPing' });
    if (this.socket.readyState === WebSocket.OPEN) this.socket.pong(payload);
  }

  #received(data: Buffer, isBinary: boolean): void {
    if (isBinary) return this.input({ type: 'unreadable', code: CLOSE_CODES.badType, text: 'frames are text' });
    this.parts.metrics.received(data.length);
    const frame = decodeFrame(data.toString('utf8'));
    if (frame.kind === 'data' && !frame.isEvent) this.flow.charge(rowsOf(frame));
    this.input(frame.kind === 'malformed' ? { type: 'malformed', problem: frame.problem } : { type: 'frame', frame, bytes: data.length });
  }

  #send(text: string): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    if (this.socket.bufferedAmount + text.length > this.parts.config.maxBacklogBytes) return this.input({ type: 'stalled' });
    this.socket.send(text);
    this.parts.metrics.sent(text.length);
  }

  #settleCall(token: number, outcome: CallOutcome): void {
    this.#settle?.get(token)?.(outcome);
    this.#settle?.delete(token);
  }

  #close(code: CloseCode, text: string, reason: SessionReason): void {
    this.#ended({ code, reason, text });
    // A paused socket would never read the other side's close.
    this.socket.resume();
    this.socket.close(code, fitting(text));
    // A peer that does not answer the close keeps the socket open for half a minute otherwise.
    setTimeout(() => this.socket.terminate(), this.parts.config.closeWithinMs).unref();
  }

  #ended(end: SessionEnd): void {
    if (this.#end !== null) return;
    this.#end = end;
    this.flow.keep(-this.#kept);
    this.parts.log.info({ ...this.#who(), ...end }, 'session ended');
    this.parts.onEnd(this, end);
  }

  /** Stops reading while the store does not keep up: TCP holds the controller back, memory stays bounded. */
  #throttle(): void {
    const { intake } = this.#state;
    if (this.#measured === intake || this.#end !== null) return;
    this.#measured = intake;
    const { config } = this.parts;
    const kept = keptBytes(intake);
    this.flow.keep(kept - this.#kept);
    this.#kept = kept;
    const isFull = kept > (this.flow.isCrowded ? config.crowdedKeptBytes : config.maxKeptBytes);
    if (isFull && !this.socket.isPaused) this.socket.pause();
    if (!isFull && this.socket.isPaused) this.socket.resume();
  }

  #moment(): Moment {
    const { clock } = this.parts;
    const { bufferedAmount: backlogBytes, isPaused } = this.socket;
    return { monotonic: clock.monotonic(), wall: clock.now(), backlogBytes, isPaused, heldBackMs: this.flow.heldBackMs };
  }

  #who(): { controllerId: string; sessionId: string } {
    return { controllerId: this.ref.controllerId, sessionId: this.ref.sessionId };
  }
}

function fitting(text: string): string {
  let fit = text.slice(0, MAX_REASON_BYTES);
  while (Buffer.byteLength(fit) > MAX_REASON_BYTES) fit = fit.slice(0, -1);
  return fit;
}
