import type { Location } from '@cupola/domain';
import type { Actor } from '../auth/actor.js';
import type { Feed, Subscription } from './subscription.js';
import { COALESCING_MS } from './place-watch.js';

export interface Item {
  id: string;
}
/** One item as it is now, and where it stands. */
export interface Located<T extends Item> {
  item: T;
  location: Location;
}

export interface ListSource<T extends Item> {
  /** Name of the list in messages. */
  name: string;
  /** What this reader may see. */
  snapshot(actor: Actor): Promise<T[]>;
  read(ids: readonly string[]): Promise<Located<T>[]>;
  /** Ids of what changed since it was asked last, announced or not. */
  changed(): Promise<string[]>;
  mayRead(actor: Actor, location: Location): boolean;
}

/** A reader that is behind by more than this has to start again from a snapshot. */
const MAX_MISSED = 1000;

/** A list whose changed items are told whole: read once, told to everybody who may see them. */
export class ListWatch<T extends Item> {
  readonly #feeds = new Set<ListFeed<T>>();
  #pending = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #telling: Promise<void> = Promise.resolve();

  constructor(
    readonly source: ListSource<T>,
    private readonly warn: (error: unknown) => void,
  ) {}

  /** An item that may have changed. */
  touch(id: string): void {
    if (this.#feeds.size === 0) return;
    this.#pending.add(id);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // One after the other: an older state must not be told after a newer one.
      this.#telling = this.#telling.then(() => this.#tell()).catch((error: unknown) => this.warn(error));
    }, COALESCING_MS);
  }

  /** Looks for changes that nobody announced. */
  async poll(): Promise<void> {
    if (this.#feeds.size === 0) return;
    for (const id of await this.source.changed()) this.touch(id);
  }

  async open(subscription: Subscription): Promise<ListFeed<T>> {
    const feed = new ListFeed(subscription, this.source, () => this.#feeds.delete(feed));
    // Before the snapshot is read, so that nothing falls between the two.
    this.#feeds.add(feed);
    try {
      await feed.start();
    } catch (error) {
      feed.close();
      throw error;
    }
    return feed;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#feeds.clear();
  }

  async #tell(): Promise<void> {
    const ids = [...this.#pending];
    this.#pending = new Set();
    if (ids.length === 0 || this.#feeds.size === 0) return;
    const items = await this.source.read(ids);
    for (const feed of this.#feeds) feed.offer(items);
  }
}

/** A list for one reader. Nothing is dropped: what a slow reader missed waits, each item in its newest state. */
export class ListFeed<T extends Item> implements Feed {
  readonly #missed = new Map<string, T>();
  #isStarting = true;

  constructor(
    private readonly subscription: Subscription,
    private readonly source: ListSource<T>,
    private readonly release: () => void,
  ) {}

  async start(): Promise<void> {
    this.subscription.snapshot({ [this.source.name]: await this.source.snapshot(this.subscription.reader.actor) });
    this.#isStarting = false;
    this.idle();
  }

  offer(items: readonly Located<T>[]): void {
    for (const { item, location } of items) {
      if (!this.source.mayRead(this.subscription.reader.actor, location)) continue;
      // Later changes go to the end: the order of the last change is kept.
      this.#missed.delete(item.id);
      this.#missed.set(item.id, item);
    }
    if (this.#missed.size > MAX_MISSED) this.subscription.end('too much changed meanwhile');
    else this.idle();
  }

  idle(): void {
    if (this.#isStarting || this.#missed.size === 0 || this.subscription.isBusy) return;
    const items = [...this.#missed.values()];
    this.#missed.clear();
    this.subscription.delta({ [this.source.name]: items });
  }

  close(): void {
    this.release();
  }
}
