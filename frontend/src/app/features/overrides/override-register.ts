import { Component, DestroyRef, computed, effect, inject, resource, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { ForcedSlot } from '@cupola/contracts';
import { Api } from '../../core/api';
import { Crumbs } from '../../core/crumbs';
import { Format } from '../../core/format';
import { ServerClock } from '../../core/server-clock';
import { Ticker } from '../../core/ticker';
import { Words } from '../../core/words';
import { LiveConnection } from '../../live/live-connection';
import { Failure } from '../../ui/failure';
import { Skeleton } from '../../ui/skeleton';

const REFRESH_MS = 10_000;

/** Everything that is forced, by us or by others: who, why, at which level, until when. */
@Component({
  selector: 'cp-override-register',
  imports: [Failure, RouterLink, Skeleton],
  host: { class: 'page' },
  templateUrl: './override-register.html',
})
export class OverrideRegister {
  private readonly api = inject(Api);
  private readonly live = inject(LiveConnection);
  private readonly ticker = inject(Ticker);
  private readonly clock = inject(ServerClock);
  protected readonly format = inject(Format);
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  protected readonly n = this.words.n;
  protected readonly loaded = resource({ loader: ({ abortSignal }) => this.api.overrides(abortSignal) });
  private readonly last = signal<ForcedSlot[] | null>(null);

  protected readonly rows = computed(() => {
    this.ticker.now();
    return this.last()?.map((slot) => ({ slot, key: `${slot.point.id}/${slot.level}`, value: this.valueOf(slot), left: this.leftOf(slot), where: this.whereOf(slot) })) ?? null;
  });

  constructor() {
    inject(Crumbs).trail.set([{ label: this.t('nav.overrides') }]);
    effect(() => {
      if (this.loaded.hasValue()) this.last.set(this.loaded.value());
    });
    const timer = setInterval(() => {
      if (this.live.isLive()) this.loaded.reload();
    }, REFRESH_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }

  private valueOf({ value, unit }: ForcedSlot): string {
    return value === null ? '–' : `${this.format.number(value, unit)} ${this.format.unit(unit)}`.trim();
  }

  private leftOf({ until, isOverdue }: ForcedSlot): string {
    if (isOverdue) return this.t('register.overdue');
    if (until === null) return this.t('register.noEnd');
    const left = Date.parse(until) - this.clock.now();
    return left > 0 ? this.t('slots.left', { left: this.format.countdown(left), time: this.format.clock(until) }) : this.t('slots.over');
  }

  private whereOf({ building, floor, equipment }: ForcedSlot): string {
    return [floor?.name ?? building.name, equipment?.name].filter(Boolean).join(', ');
  }
}
