import { DestroyRef, Service, computed, effect, inject, signal, untracked } from '@angular/core';
import type { consoleTicketResponse } from '@cupola/contracts';
import type { z } from 'zod';
import { ServerClock } from '../core/server-clock';
import { Session } from '../core/session';
import type { LinkView } from './link-state';
import { LiveTopic } from './live-topic';
import type { LiveWire, Return, TopicSink } from './live-topic';
import { OPEN_SOCKET } from './open-socket';
import type { LiveSocket } from './open-socket';
import { retryDelay } from './retry-delay';

type Ticket = z.infer<typeof consoleTicketResponse>;

const ECHO_EVERY_MS = 5000;
/** Without an answer for this long the link counts as lost, long before the transport would notice. */
const ECHO_PATIENCE_MS = 6000;

/**
 * The one live connection of the console. It reconnects by itself, each time with a fresh ticket; it never keeps anything
 * to be sent later (socket.io would): what cannot go out now is refused.
 */
@Service()
export class LiveConnection {
  private readonly session = inject(Session);
  private readonly clock = inject(ServerClock);
  private readonly openSocket = inject(OPEN_SOCKET);
  private readonly topics = new Set<LiveTopic>();
  private socket: LiveSocket | null = null;
  private attempt = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private echoTimer: ReturnType<typeof setTimeout> | undefined;
  private heardAt = Date.now();
  private delayMs: number | null = null;
  private readonly wire: LiveWire = { emit: (event, body, reply) => this.emitNow(event, body, reply) };

  private readonly view = signal<LinkView>({ kind: 'off' });
  readonly link = this.view.asReadonly();
  /** Names this connection on every write; null while there is none that could be trusted. */
  readonly epoch = signal<string | null>(null);
  readonly isLive = computed(() => this.view().kind === 'live');

  constructor() {
    effect(() => {
      const signedIn = this.session.status() === 'signedIn';
      untracked(() => (signedIn ? this.begin() : this.end()));
    });
    const hurry = () => this.hurry();
    const drop = () => this.socket?.disconnect();
    addEventListener('online', hurry);
    addEventListener('offline', drop);
    inject(DestroyRef).onDestroy(() => {
      removeEventListener('online', hurry);
      removeEventListener('offline', drop);
      this.end();
    });
  }

  /** Follows `topic` until the returned subscription is closed. */
  watch(topic: string, sink: TopicSink, onReturn: Return = 'snapshot'): LiveTopic {
    const subscription = new LiveTopic(topic, sink, () => this.settle(), onReturn);
    this.topics.add(subscription);
    if (this.epoch()) subscription.attach(this.wire);
    return subscription;
  }

  unwatch(subscription: LiveTopic): void {
    this.topics.delete(subscription);
    subscription.close();
    this.settle();
  }

  private begin(): void {
    if (this.view().kind !== 'off') return;
    this.view.set({ kind: 'connecting' });
    this.attempt = 0;
    void this.open();
  }

  private end(): void {
    clearTimeout(this.retryTimer);
    this.drop();
    this.view.set({ kind: 'off' });
  }

  private async open(): Promise<void> {
    try {
      const { ticket } = await this.session.authorized<Ticket>('auth/tickets', { method: 'POST' });
      const socket = await this.openSocket(ticket);
      if (this.view().kind === 'off') {
        socket.disconnect();
        return;
      }
      this.socket = socket;
      this.listen(socket);
    } catch {
      // No ticket, no connection: the server cannot be reached, or the session is over (then `end` follows).
      this.lose();
    }
  }

  private listen(socket: LiveSocket): void {
    const mine = (handler: () => void) => () => {
      if (this.socket === socket) handler();
    };
    socket.on('connect_error', mine(() => this.lose()));
    socket.on('disconnect', mine(() => this.lose()));
    socket.on('welcome', (body) => {
      if (this.socket === socket) this.welcome(body.epoch, body.serverTime);
    });
    socket.on('snapshot', (message) => this.forEachTopic((topic) => topic.onSnapshot(message)));
    socket.on('delta', (message) => this.forEachTopic((topic) => topic.onDelta(message)));
    socket.on('resync', (message) => this.forEachTopic((topic) => topic.onResync(message)));
  }

  private welcome(epoch: string, serverTime: number): void {
    this.attempt = 0;
    this.delayMs = null;
    this.heardAt = Date.now();
    this.clock.set(serverTime);
    this.epoch.set(epoch);
    this.view.set({ kind: 'catchingUp' });
    for (const topic of this.topics) topic.attach(this.wire);
    this.settle();
    this.echo();
  }

  /** Live again once every topic that is shown has its snapshot, or was refused one. */
  private settle(): void {
    if (this.view().kind !== 'catchingUp') return;
    const waiting = [...this.topics].some((topic) => !topic.current() && !topic.refused());
    if (!waiting) this.view.set({ kind: 'live', delayMs: this.delayMs });
  }

  private echo(): void {
    clearTimeout(this.echoTimer);
    const socket = this.socket;
    if (!socket?.connected) return;
    const sentAt = performance.now();
    this.echoTimer = setTimeout(() => socket.disconnect(), ECHO_PATIENCE_MS);
    socket.emit('echo', Date.now(), (serverTime) => {
      if (this.socket !== socket) return;
      this.delayMs = performance.now() - sentAt;
      this.heardAt = Date.now();
      this.clock.set(serverTime + this.delayMs / 2);
      if (this.view().kind === 'live') this.view.set({ kind: 'live', delayMs: this.delayMs });
      clearTimeout(this.echoTimer);
      this.echoTimer = setTimeout(() => this.echo(), ECHO_EVERY_MS);
    });
  }

  private lose(): void {
    const before = this.view();
    this.drop();
    if (before.kind === 'off') return;
    if (before.kind === 'live' || before.kind === 'catchingUp') this.view.set({ kind: 'lost', since: this.heardAt });
    else if (before.kind === 'connecting' && this.attempt > 1) this.view.set({ kind: 'lost', since: this.heardAt });
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => void this.open(), retryDelay(this.attempt++, Math.random()));
  }

  private hurry(): void {
    if (this.view().kind !== 'lost') return;
    clearTimeout(this.retryTimer);
    this.attempt = 0;
    void this.open();
  }

  private drop(): void {
    clearTimeout(this.echoTimer);
    const socket = this.socket;
    this.socket = null;
    this.epoch.set(null);
    for (const topic of this.topics) topic.detach();
    socket?.removeAllListeners();
    socket?.disconnect();
  }

  private forEachTopic(step: (topic: LiveTopic) => void): void {
    this.heardAt = Date.now();
    for (const topic of this.topics) step(topic);
  }

  private emitNow(event: 'subscribe' | 'unsubscribe', body: { id: string; topic?: string; since?: number }, reply: Parameters<LiveWire['emit']>[2]): void {
    if (!this.socket?.connected) return;
    if (event === 'subscribe') this.socket.emit('subscribe', { ...body, topic: body.topic ?? '' }, reply);
    else this.socket.emit('unsubscribe', { id: body.id }, reply);
  }
}
