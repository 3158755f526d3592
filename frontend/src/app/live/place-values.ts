import { DestroyRef, PendingTasks, Service, computed, inject, signal } from '@angular/core';
import type { Signal, WritableSignal } from '@angular/core';
import type { LinkState } from '@cupola/domain';
import type { FloorData, LiveValue, Point } from '@cupola/contracts';
import { Ticker } from '../core/ticker';
import { fromLiveValue, fromReading, judge } from './known-reading';
import type { KnownReading, ShownReading } from './known-reading';
import { LiveConnection } from './live-connection';
import type { LiveTopic } from './live-topic';

/** A burst is spread over a few frames, so that none of them is late: so many values at least in each, and so many frames at most. */
const LEAST_IN_A_FRAME = 40;
const FRAMES_OF_A_BURST = 3;

const NEVER_SEEN: ShownReading = { value: null, quality: 'UNKNOWN', flags: [], ageMs: null };

/** What a reading says without its age, which grows by itself. */
export type PresentValue = Omit<ShownReading, 'ageMs'>;

/** One point's reading: whoever shows it is told of this point alone. */
interface Cell {
  point: WritableSignal<Point>;
  known: WritableSignal<KnownReading | null>;
  shown: Signal<ShownReading>;
  present: Signal<PresentValue>;
}

/**
 * The present values of one floor or of a building's plant. Provided by the page that shows them. Values that arrive between two
 * frames are taken together in the next one: nobody sees what was replaced before it could be drawn.
 */
@Service({ autoProvided: false })
export class PlaceValues {
  private readonly connection = inject(LiveConnection);
  private readonly ticker = inject(Ticker);
  private readonly tasks = inject(PendingTasks);
  private readonly cells = new Map<string, Cell>();
  private readonly links = new Map<string, WritableSignal<LinkState | undefined>>();
  private readonly waiting = new Map<string, { value: LiveValue; at: number }>();
  private frameDone: (() => void) | null = null;
  private topic: LiveTopic | null = null;

  constructor() {
    inject(DestroyRef).onDestroy(() => this.leave());
  }

  /** Shows what REST answered just now, and follows `topic` from there. */
  enter(topic: string, points: readonly Point[]): void {
    const at = performance.now();
    this.waiting.clear();
    for (const point of points) {
      const cell = this.cellOf(point);
      cell.point.set(point);
      cell.known.set(fromReading(point, at));
      if (point.controller) this.linkSignal(point.controller.id).set(point.controller.link);
    }
    if (this.topic?.topic === topic) return;
    this.leave();
    this.topic = this.connection.watch(topic, {
      snapshot: (data) => this.take(data as FloorData),
      delta: (data) => this.take(data as FloorData),
    });
  }

  /** The point's reading with its age, judged at the present second. */
  shown(point: Point): ShownReading {
    return this.cellOf(point).shown();
  }

  /** The point's reading; it changes only when something else than its age does. */
  present(point: Point): PresentValue {
    return this.cellOf(point).present();
  }

  linkOf(controllerId: string): LinkState | undefined {
    return this.linkSignal(controllerId)();
  }

  private cellOf(point: Point): Cell {
    const found = this.cells.get(point.id);
    if (found) return found;
    const cell = this.makeCell(point);
    this.cells.set(point.id, cell);
    return cell;
  }

  private makeCell(first: Point): Cell {
    const point = signal(first);
    const known = signal<KnownReading | null>(null);
    const shown = computed(() => {
      const reading = known();
      if (!reading) return NEVER_SEEN;
      const { controller, staleAfterMs } = point();
      // A value may have arrived after the last tick: then the moment of its arrival is the present.
      return judge(reading, staleAfterMs, controller ? this.linkOf(controller.id) : undefined, Math.max(this.ticker.now(), reading.at));
    });
    return { point, known, shown, present: computed(() => shown(), { equal: saysTheSame }) };
  }

  private linkSignal(controllerId: string): WritableSignal<LinkState | undefined> {
    const found = this.links.get(controllerId);
    if (found) return found;
    const link = signal<LinkState | undefined>(undefined);
    this.links.set(controllerId, link);
    return link;
  }

  /** Links count at once; values wait for the frame in which they can be drawn. A hidden page draws none, so nothing waits there. */
  private take(data: FloorData): void {
    const at = performance.now();
    for (const [controllerId, link] of data.controllers) this.linkSignal(controllerId).set(link);
    for (const value of data.values) this.waiting.set(value[0], { value, at });
    if (document.hidden) return this.apply(this.waiting.size);
    if (this.frameDone || this.waiting.size === 0) return;
    this.frameDone = this.tasks.add();
    this.draw();
  }

  private draw(): void {
    requestAnimationFrame(() => this.apply(Math.max(LEAST_IN_A_FRAME, Math.ceil(this.waiting.size / FRAMES_OF_A_BURST))));
  }

  private apply(most: number): void {
    let left = most;
    for (const [id, { value, at }] of this.waiting) {
      if (left-- <= 0) break;
      this.waiting.delete(id);
      this.cells.get(id)?.known.set(fromLiveValue(value, at));
    }
    if (this.waiting.size > 0 && this.frameDone) return this.draw();
    this.frameDone?.();
    this.frameDone = null;
  }

  private leave(): void {
    if (this.topic) this.connection.unwatch(this.topic);
    this.topic = null;
    this.waiting.clear();
  }
}

function saysTheSame(a: PresentValue, b: PresentValue): boolean {
  return a.value === b.value && a.quality === b.quality && a.flags.length === b.flags.length && a.flags.every((flag, at) => flag === b.flags[at]);
}
