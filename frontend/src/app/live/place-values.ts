import { DestroyRef, Service, inject, signal } from '@angular/core';
import type { LinkState } from '@cupola/domain';
import type { FloorData, Point } from '@cupola/contracts';
import { Ticker } from '../core/ticker';
import { fromLiveValue, fromReading, judge } from './known-reading';
import type { KnownReading, ShownReading } from './known-reading';
import { LiveConnection } from './live-connection';
import type { LiveTopic } from './live-topic';

const NEVER_SEEN: ShownReading = { value: null, quality: 'UNKNOWN', flags: [], ageMs: null };

/** The present values of one floor or of a building's plant. Provided by the page that shows them. */
@Service({ autoProvided: false })
export class PlaceValues {
  private readonly connection = inject(LiveConnection);
  private readonly ticker = inject(Ticker);
  private topic: LiveTopic | null = null;
  private latest = 0;
  private readonly readings = signal<ReadonlyMap<string, KnownReading>>(new Map());
  private readonly links = signal<ReadonlyMap<string, LinkState>>(new Map());

  constructor() {
    inject(DestroyRef).onDestroy(() => this.leave());
  }

  /** Shows what REST answered just now, and follows `topic` from there. */
  enter(topic: string, points: readonly Point[]): void {
    const at = performance.now();
    this.readings.set(new Map(points.map((point) => [point.id, fromReading(point, at)])));
    this.links.set(new Map(points.flatMap(({ controller }) => (controller ? [[controller.id, controller.link] as const] : []))));
    if (this.topic?.topic === topic) return;
    this.leave();
    this.topic = this.connection.watch(topic, {
      snapshot: (data) => this.apply(data as FloorData),
      delta: (data) => this.apply(data as FloorData),
    });
  }

  /** The point's reading, judged at the present second. */
  shown(point: Point): ShownReading {
    const known = this.readings().get(point.id);
    if (!known) return NEVER_SEEN;
    const link = point.controller ? this.links().get(point.controller.id) : undefined;
    return judge(known, point.staleAfterMs, link, this.now());
  }

  linkOf(controllerId: string): LinkState | undefined {
    return this.links().get(controllerId);
  }

  /** A value may have arrived after the last tick: then the moment of its arrival is the present. */
  private now(): number {
    return Math.max(this.ticker.now(), this.latest);
  }

  private apply(data: FloorData): void {
    const at = performance.now();
    this.latest = at;
    const readings = new Map(this.readings());
    for (const value of data.values) readings.set(value[0], fromLiveValue(value, at));
    this.readings.set(readings);
    if (data.controllers.length === 0) return;
    this.links.set(new Map([...this.links(), ...data.controllers]));
  }

  private leave(): void {
    if (this.topic) this.connection.unwatch(this.topic);
    this.topic = null;
  }
}
