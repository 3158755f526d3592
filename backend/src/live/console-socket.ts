import { DomainError, type liveReply, subscribe, unsubscribe } from '@cupola/contracts';
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Actor } from '../auth/actor.js';
import { EventRate } from './event-rate.js';
import { type Feed, type LiveSocket, type Reader, Subscription } from './subscription.js';

export type LiveAnswer = z.infer<typeof liveReply>;

/** A screen shows a few topics at once; hundreds are a program that forgot to let go. */
export const MAX_SUBSCRIPTIONS = 64;
/** Messages that may wait for a slow reader; after that, changes gather in its subscriptions until it has read them. */
const MAX_WAITING_MESSAGES = 8;
const BURST = 200;
const PER_SECOND = 50;

interface Open {
  subscription: Subscription;
  feed: Feed | undefined;
}

export type OpenTopic = (topic: string, subscription: Subscription) => Promise<Feed>;

/** One connected console: who it is, and what it watches. */
export class ConsoleSocket implements Reader {
  readonly epoch = randomUUID();
  readonly #open = new Map<string, Open>();
  readonly #rate = new EventRate(BURST, PER_SECOND, performance.now());
  #waiting = 0;

  constructor(
    readonly socket: LiveSocket,
    public actor: Actor,
    private readonly openTopic: OpenTopic,
  ) {
    const { conn } = socket;
    conn.on('packetCreate', () => (this.#waiting += 1));
    conn.on('flush', (packets: readonly unknown[]) => (this.#waiting -= packets.length));
    // The socket took what it was given: more may follow.
    conn.transport.on('ready', () => this.#idle());
  }

  get isBusy(): boolean {
    return this.#waiting >= MAX_WAITING_MESSAGES;
  }

  /** @throws DomainError OVERLOADED when the client emits more than any screen needs */
  spend(): void {
    if (!this.#rate.take(performance.now())) throw new DomainError('OVERLOADED', 'Too many messages: slow down.', { retryAfter: 1 });
  }

  /** @throws DomainError VALIDATION_FAILED, SUBSCRIPTION_EXISTS, TOO_MANY_SUBSCRIPTIONS, and what opening the topic throws */
  async subscribe(body: unknown): Promise<void> {
    const { id, topic, since } = parse(subscribe, body);
    if (this.#open.has(id)) throw new DomainError('SUBSCRIPTION_EXISTS', `There is a subscription ${id} already.`);
    if (this.#open.size >= MAX_SUBSCRIPTIONS) {
      throw new DomainError('TOO_MANY_SUBSCRIPTIONS', `One connection may hold ${MAX_SUBSCRIPTIONS} subscriptions.`);
    }
    const subscription = new Subscription(id, this.socket, this, () => this.#drop(id, open), since);
    const open: Open = { subscription, feed: undefined };
    this.#open.set(id, open);
    try {
      const feed = await this.openTopic(topic, open.subscription);
      // It was let go, or the socket closed, while the topic opened.
      if (!open.subscription.isOpen) feed.close();
      else open.feed = feed;
    } catch (error) {
      this.#drop(id, open);
      throw error;
    }
  }

  /** @throws DomainError VALIDATION_FAILED, NOT_FOUND */
  unsubscribe(body: unknown): void {
    const { id } = parse(unsubscribe, body);
    const open = this.#open.get(id);
    if (!open) throw new DomainError('NOT_FOUND', `There is no subscription ${id}.`);
    this.#drop(id, open);
  }

  /** The rights changed: everything has to be asked for again, and is refused where it is no longer allowed. */
  changeRights(actor: Actor): void {
    this.actor = actor;
    for (const { subscription } of this.#open.values()) subscription.end('your rights changed');
  }

  close(): void {
    for (const [id, open] of this.#open) this.#drop(id, open);
  }

  #idle(): void {
    for (const { feed } of this.#open.values()) feed?.idle();
  }

  #drop(id: string, open: Open): void {
    open.subscription.close();
    open.feed?.close();
    if (this.#open.get(id) === open) this.#open.delete(id);
  }
}

function parse<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new DomainError('VALIDATION_FAILED', errors[0] ? `${errors[0].path} ${errors[0].message}` : 'The message is not valid.', { errors });
}
