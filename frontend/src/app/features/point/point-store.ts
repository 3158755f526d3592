import { DestroyRef, Service, computed, effect, inject, resource, signal } from '@angular/core';
import type { LiveValue, PointDetail } from '@cupola/contracts';
import { Api } from '../../core/api';
import { asRefused } from '../../core/refused';
import { Ticker } from '../../core/ticker';
import { fromLiveValue, fromReading, judge } from '../../live/known-reading';
import type { KnownReading } from '../../live/known-reading';
import { LiveConnection } from '../../live/live-connection';
import type { LiveTopic } from '../../live/live-topic';

interface PointDelta {
  value?: LiveValue;
  detail?: PointDetail;
}

/** Everything that is known of one point, kept live. Provided by the faceplate that shows it. */
@Service({ autoProvided: false })
export class PointStore {
  private readonly api = inject(Api);
  private readonly connection = inject(LiveConnection);
  private readonly ticker = inject(Ticker);
  private topic: LiveTopic | null = null;
  readonly id = signal<string | null>(null);
  private readonly loaded = resource({
    params: () => this.id() ?? undefined,
    loader: ({ params, abortSignal }) => this.api.point(params, abortSignal),
  });
  private readonly heard = signal<{ detail: PointDetail; known: KnownReading } | null>(null);

  readonly failure = computed(() => (this.heard() === null && this.loaded.status() === 'error' ? asRefused(this.loaded.error()) : null));
  readonly detail = computed(() => {
    const detail = this.heard()?.detail;
    return detail?.id === this.id() ? (detail ?? null) : null;
  });
  readonly known = computed(() => this.heard()?.known ?? null);
  readonly reading = computed(() => {
    const heard = this.heard();
    if (!heard) return null;
    return judge(heard.known, heard.detail.staleAfterMs, undefined, Math.max(this.ticker.now(), heard.known.at));
  });

  constructor() {
    effect(() => {
      if (this.loaded.hasValue()) this.takeDetail(this.loaded.value());
    });
    effect(() => this.follow(this.id()));
    inject(DestroyRef).onDestroy(() => this.follow(null));
  }

  reload(): void {
    this.loaded.reload();
  }

  private follow(id: string | null): void {
    if (this.topic) this.connection.unwatch(this.topic);
    this.topic = null;
    if (!id) return;
    this.topic = this.connection.watch(`point:${id}`, {
      snapshot: (data) => this.takeDetail(data as PointDetail),
      delta: (data) => this.takeDelta(data as PointDelta),
    });
  }

  private takeDetail(detail: PointDetail): void {
    this.heard.set({ detail, known: fromReading(detail, performance.now()) });
  }

  private takeDelta({ value, detail }: PointDelta): void {
    if (detail) this.takeDetail(detail);
    if (!value) return;
    const known = fromLiveValue(value, performance.now());
    this.heard.update((heard) => (heard ? { ...heard, known } : heard));
  }
}
