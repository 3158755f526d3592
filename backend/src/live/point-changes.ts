import type { PointDetail } from '@cupola/contracts';
import type { MessageBus, Unsubscribe } from '@cupola/messaging';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Actor } from '../auth/actor.js';
import { BUS } from '../bus.js';
import { PointQueries } from '../modules/points/index.js';
import type { PointDetails } from './point-feed.js';

/** Details of points, and word of the points whose slots or commands changed. */
@Injectable()
export class PointChanges implements PointDetails, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #listeners = new Map<string, Set<() => void>>();
  #subscriptions: Unsubscribe[] = [];

  constructor(
    private readonly points: PointQueries,
    @Inject(BUS) private readonly bus: MessageBus,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const tell = ({ pointId }: { pointId: string }): void => this.#listeners.get(pointId)?.forEach((changed) => changed());
    this.#subscriptions = [await this.bus.subscribe('live.commands', tell), await this.bus.subscribe('live.slots', tell)];
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.#subscriptions.map((stop) => stop()));
  }

  detail(actor: Actor, pointId: string): Promise<PointDetail> {
    return this.points.detail(actor, pointId);
  }

  listen(pointId: string, changed: () => void): () => void {
    const listeners = this.#listeners.get(pointId) ?? new Set();
    this.#listeners.set(pointId, listeners.add(changed));
    return () => {
      listeners.delete(changed);
      if (listeners.size === 0) this.#listeners.delete(pointId);
    };
  }
}
