import { DomainError, type FloorData, type PointDetail } from '@cupola/contracts';
import type { Actor } from '../auth/actor.js';
import { type Changes, COALESCING_MS, type PlaceWatch, type Watcher } from './place-watch.js';
import type { Feed, Subscription } from './subscription.js';

export interface PointDetails {
  /** @throws DomainError NOT_FOUND, also for what the reader may not see */
  detail(actor: Actor, pointId: string): Promise<PointDetail>;
  /** Asks to be told when slots or commands of the point change; returns how to stop. */
  listen(pointId: string, changed: () => void): () => void;
}

/** One point for one reader: its value as floors show it, and the whole detail whenever slots or commands change. */
export class PointFeed implements Feed, Watcher {
  #missedValue = false;
  #missedDetail = false;
  #isReading = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #stopListening: () => void;

  constructor(
    private readonly subscription: Subscription,
    private readonly pointId: string,
    private readonly watch: PlaceWatch,
    private readonly details: PointDetails,
    private readonly release: () => void,
  ) {
    watch.add(this);
    this.#stopListening = details.listen(pointId, () => this.#detailChanged());
  }

  async start(): Promise<void> {
    this.subscription.snapshot(await this.details.detail(this.subscription.reader.actor, this.pointId));
  }

  changed(_changes: Changes, data: FloorData): void {
    // A link that changed is part of the detail.
    if (data.controllers.length > 0) this.#detailChanged();
    this.#missedValue ||= data.values.length > 0;
    this.idle();
  }

  idle(): void {
    if (this.subscription.isBusy) return;
    if (this.#missedValue) {
      this.#missedValue = false;
      const [value] = this.watch.whole().values;
      if (value) this.subscription.delta({ value });
    }
    if (this.#missedDetail && !this.#isReading) void this.#sendDetail();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#stopListening();
    this.watch.remove(this);
    this.release();
  }

  #detailChanged(): void {
    this.#missedDetail = true;
    this.#later();
  }

  #later(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.idle();
    }, COALESCING_MS);
  }

  async #sendDetail(): Promise<void> {
    this.#isReading = true;
    this.#missedDetail = false;
    try {
      this.subscription.delta({ detail: await this.details.detail(this.subscription.reader.actor, this.pointId) });
    } catch (error) {
      if (error instanceof DomainError) return this.subscription.end(error.message);
      // The database is away: what is shown is not whole until it was read again.
      this.#missedDetail = true;
    } finally {
      this.#isReading = false;
    }
    // It changed once more while it was read.
    if (this.#missedDetail) this.#later();
  }
}
