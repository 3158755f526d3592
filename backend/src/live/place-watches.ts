import type { MessageBus, Unsubscribe } from '@cupola/messaging';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { BUS } from '../bus.js';
import { Clock } from '../clock.js';
import { Database } from '../database/database.js';
import { OF_THE_BUILDING } from '../modules/building/index.js';
import { Repeating } from '../modules/devices/index.js';
import { PointReadings, READING_INPUT } from '../modules/points/index.js';
import { type PointContext, PlaceWatch } from './place-watch.js';

/** Links and bindings are read again this often: events are hints, and a value that grows old has no event. */
const RELOAD_MS = 1500;

const CONDITIONS = {
  floor: 'p.floor_id = $1',
  building: `p.building_id = $1 AND p.floor_id IS NULL AND ${OF_THE_BUILDING}`,
  point: 'p.id = $1',
} as const;
export type PlaceKind = keyof typeof CONDITIONS;

interface Shared {
  watch: PlaceWatch;
  ready: Promise<void>;
  readers: number;
}

/** The places that somebody watches now, each read and judged once for all who do. */
@Injectable()
export class PlaceWatches implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #shared = new Map<string, Shared>();
  readonly #reloading = new Repeating('Live', RELOAD_MS, () => this.#reload(() => true));
  #byPoint = new Map<string, Set<PlaceWatch>>();
  #subscriptions: Unsubscribe[] = [];
  #values: Promise<Unsubscribe> | undefined;

  constructor(
    private readonly database: Database,
    private readonly readings: PointReadings,
    @Inject(BUS) private readonly bus: MessageBus,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.#subscriptions = [
      await this.bus.subscribe('live.controllers', ({ controllerId }) => this.#reload((watch) => watch.isServedBy(controllerId))),
      await this.bus.subscribe('live.model', () => this.#reload(() => true)),
    ];
    this.#reloading.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#reloading.stop();
    await Promise.all(this.#subscriptions.map((stop) => stop()));
    await (await this.#values)?.();
    for (const { watch } of this.#shared.values()) watch.close();
  }

  /** The watch of a place, loaded. To be released as often as it was acquired. */
  async acquire(kind: PlaceKind, id: string): Promise<{ watch: PlaceWatch; release: () => void }> {
    const key = `${kind}:${id}`;
    const shared = this.#shared.get(key) ?? this.#open(key, kind, id);
    shared.readers += 1;
    const release = (): void => this.#release(key, shared);
    try {
      await shared.ready;
    } catch (error) {
      release();
      throw error;
    }
    return { watch: shared.watch, release };
  }

  #open(key: string, kind: PlaceKind, id: string): Shared {
    const watch = new PlaceWatch({
      read: () => this.database.query<PointContext>(`${READING_INPUT} WHERE ${CONDITIONS[kind]}`, [id]),
      judge: (context) => this.readings.judge(context),
      ticks: () => performance.now(),
    });
    const ready = this.#listen()
      .then(() => watch.reload())
      .then(() => this.#index());
    const shared = { watch, ready, readers: 0 };
    this.#shared.set(key, shared);
    return shared;
  }

  #release(key: string, shared: Shared): void {
    shared.readers -= 1;
    if (shared.readers > 0) return;
    shared.watch.close();
    if (this.#shared.get(key) === shared) this.#shared.delete(key);
    this.#index();
  }

  /** Values are subscribed to from the first watch on: without one, nobody has to copy them. */
  async #listen(): Promise<void> {
    this.#values ??= this.bus.subscribe('live.values', ({ values }) => {
      const now = this.clock.now();
      for (const { pointId, receivedTime } of values) {
        for (const watch of this.#byPoint.get(pointId) ?? []) watch.touch(pointId, now - receivedTime);
      }
    });
    await this.#values;
  }

  async #reload(concerns: (watch: PlaceWatch) => boolean): Promise<void> {
    const watches = [...this.#shared.values()].map(({ watch }) => watch).filter(concerns);
    if (watches.length === 0) return;
    let isOther = false;
    for (const watch of watches) isOther = (await watch.reload()) || isOther;
    if (isOther) this.#index();
  }

  #index(): void {
    const byPoint = new Map<string, Set<PlaceWatch>>();
    for (const { watch } of this.#shared.values()) {
      for (const id of watch.points) {
        const watches = byPoint.get(id);
        if (watches) watches.add(watch);
        else byPoint.set(id, new Set([watch]));
      }
    }
    this.#byPoint = byPoint;
  }
}
