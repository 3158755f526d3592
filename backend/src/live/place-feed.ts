import type { FloorData } from '@cupola/contracts';
import { type Changes, none, type PlaceWatch, type Watcher } from './place-watch.js';
import type { Feed, Subscription } from './subscription.js';

/** A place's values for one reader. While the reader is behind, changes gather as names: it gets the newest values once it has caught up. */
export class PlaceFeed implements Feed, Watcher {
  #missed: Changes = none();

  constructor(
    private readonly subscription: Subscription,
    private readonly watch: PlaceWatch,
    private readonly release: () => void,
  ) {
    watch.add(this);
    subscription.snapshot(watch.whole());
  }

  changed(changes: Changes, data: FloorData): void {
    if (!this.subscription.isBusy && this.#hasMissedNothing) return this.subscription.delta(data);
    for (const id of changes.points) this.#missed.points.add(id);
    for (const id of changes.controllers) this.#missed.controllers.add(id);
    this.idle();
  }

  idle(): void {
    if (this.#hasMissedNothing || this.subscription.isBusy) return;
    const missed = this.#missed;
    this.#missed = none();
    this.subscription.delta(this.watch.part(missed));
  }

  close(): void {
    this.watch.remove(this);
    this.release();
  }

  get #hasMissedNothing(): boolean {
    return this.#missed.points.size === 0 && this.#missed.controllers.size === 0;
  }
}
