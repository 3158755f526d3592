import { randomUUID } from 'node:crypto';
import type { Alarm, ClientToServer, ServerToClient } from '@cupola/contracts';
import { alarmsData, LIVE_PATH } from '@cupola/contracts';
import { io, type Socket } from 'socket.io-client';
import type { OperatorConsole } from './operator-console.js';

type LiveSocket = Socket<ServerToClient, ClientToServer>;
type Delta = Parameters<ServerToClient['delta']>[0];

const BACK_AFTER_MS = 200;
/** A connection that says nothing for so long, and does not come about, is given up. */
const CONNECT_WITHIN_MS = 5_000;

/** One console that watches `alarms`, and goes on after every cut from the last number that it has seen. */
export class AlarmConsole {
  readonly #shown = new Map<string, Alarm>();
  /** Everything that the stream did and must not do. */
  readonly faults: string[] = [];
  readonly counts = { connections: 0, snapshots: 0, resyncs: 0, lines: 0 };
  #seq: number | undefined;
  #socket: LiveSocket | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isOpen = true;

  /** `url` leads through a network; tickets come from `operator`, which speaks with the product directly. */
  constructor(
    readonly name: string,
    private readonly url: string,
    private readonly operator: OperatorConsole,
  ) {
    void this.#connect();
  }

  /** The number of the last line that is known here; undefined before the first snapshot. */
  get seq(): number | undefined {
    return this.#seq;
  }

  /** What this console shows: state and occurrence by alarm. */
  get list(): ReadonlyMap<string, string> {
    return new Map([...this.#shown.values()].map(({ id, state, occurrence }) => [id, `${state} ${occurrence}`]));
  }

  /** Alarms that somebody could acknowledge here. */
  get unacknowledged(): readonly Alarm[] {
    return [...this.#shown.values()].filter(({ acked }) => !acked);
  }

  close(): void {
    this.#isOpen = false;
    clearTimeout(this.#timer);
    this.#socket?.disconnect();
  }

  async #connect(): Promise<void> {
    const answer = await this.operator.ask('POST', '/auth/tickets').catch(() => null);
    if (!this.#isOpen) return;
    if (answer === null) return this.#comeBack();
    const { ticket } = answer.body as { ticket: string };
    const socket: LiveSocket = io(this.url, {
      ...{ path: LIVE_PATH, transports: ['websocket'], reconnection: false, forceNew: true, timeout: CONNECT_WITHIN_MS },
      auth: { ticket },
      extraHeaders: { origin: this.operator.url },
    });
    this.#socket = socket;
    this.counts.connections += 1;
    socket.on('welcome', () => this.#subscribe(socket));
    socket.on('snapshot', ({ seq, data }) => this.#take(seq, data));
    socket.on('delta', (delta) => this.#change(delta));
    socket.on('resync', () => this.#startAgain(socket));
    socket.on('connect_error', () => this.#lost(socket));
    socket.on('disconnect', () => this.#lost(socket));
  }

  #subscribe(socket: LiveSocket): void {
    const since = this.#seq;
    socket.emit('subscribe', { id: randomUUID(), topic: 'alarms', ...(since === undefined ? {} : { since }) }, (answer) => {
      if (!answer.ok) this.faults.push(`the subscription was refused: ${answer.error.code}`);
    });
  }

  #take(seq: number, data: unknown): void {
    this.counts.snapshots += 1;
    if (this.#seq !== undefined) this.faults.push(`a snapshot at ${seq} came unasked, ${this.#seq} was known`);
    this.#shown.clear();
    for (const alarm of alarmsData.parse(data).alarms) this.#shown.set(alarm.id, alarm);
    this.#seq = seq;
  }

  /** Everybody may see everything here: each number comes exactly once, none is left out. */
  #change({ prev, seq, data }: Delta): void {
    const { alarms, lines, gone = [] } = alarmsData.parse(data);
    if (prev !== this.#seq) this.faults.push(`a delta follows ${prev}, but ${this.#seq} was known`);
    lines.forEach(({ number }, index) => {
      if (number !== prev + 1 + index) this.faults.push(`line ${number} came as line ${prev + 1 + index}`);
    });
    if (seq !== prev + lines.length) this.faults.push(`a delta from ${prev} to ${seq} has ${lines.length} lines`);
    this.counts.lines += lines.length;
    for (const alarm of alarms) {
      if (alarm.state === 'NORM') this.#shown.delete(alarm.id);
      else this.#shown.set(alarm.id, alarm);
    }
    for (const id of gone) this.#shown.delete(id);
    this.#seq = seq;
  }

  #startAgain(socket: LiveSocket): void {
    this.counts.resyncs += 1;
    this.#seq = undefined;
    this.#subscribe(socket);
  }

  #lost(socket: LiveSocket): void {
    if (this.#socket !== socket) return;
    socket.removeAllListeners();
    socket.disconnect();
    this.#socket = null;
    this.#comeBack();
  }

  #comeBack(): void {
    if (this.#isOpen) this.#timer = setTimeout(() => void this.#connect(), BACK_AFTER_MS);
  }
}
