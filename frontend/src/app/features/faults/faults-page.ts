import { Component, DestroyRef, computed, effect, inject, linkedSignal, resource, signal } from '@angular/core';
import type { ForcedSlot } from '@cupola/contracts';
import { Api } from '../../core/api';
import { Crumbs } from '../../core/crumbs';
import { Format } from '../../core/format';
import { asRefused } from '../../core/refused';
import type { Refused } from '../../core/refused';
import { ServerClock } from '../../core/server-clock';
import { Ticker } from '../../core/ticker';
import { Words } from '../../core/words';
import { LiveConnection } from '../../live/live-connection';
import { Failure } from '../../ui/failure';
import { RefusalNote } from '../../ui/refusal-note';
import { Skeleton } from '../../ui/skeleton';
import { FAULT_KINDS, faultsOf, presentFaults } from './desk-faults';
import type { DeskFault, FaultKind, PresentFault } from './desk-faults';

const REFRESH_MS = 3_000;
const MINUTE_MS = 60_000;
const SPANS_MS = [2, 10, 30, 120].map((minutes) => minutes * MINUTE_MS);
const USUAL_MS = 10 * MINUTE_MS;
/** Where a fault shows itself best, unless another place is chosen. */
const USUAL_TARGETS = ['VAV-3-12', 'AHU-2', 'floor-3'];

/** What can go wrong in the simulated building, where and for how long: begun and ended like any override, with an owner and an end. */
@Component({
  selector: 'cp-faults-page',
  imports: [Failure, RefusalNote, Skeleton],
  host: { class: 'page' },
  templateUrl: './faults-page.html',
})
export class FaultsPage {
  private readonly api = inject(Api);
  private readonly clock = inject(ServerClock);
  private readonly ticker = inject(Ticker);
  protected readonly live = inject(LiveConnection);
  protected readonly format = inject(Format);
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  protected readonly n = this.words.n;
  protected readonly kinds = FAULT_KINDS;
  protected readonly spans = SPANS_MS;

  protected readonly loaded = resource({
    loader: async ({ abortSignal }) => {
      const [points, slots] = await Promise.all([this.api.simulationPoints(abortSignal), this.api.overrides(abortSignal)]);
      return { faults: faultsOf(points), slots };
    },
  });
  /** What was read stays while it is read again. */
  private readonly last = signal<{ faults: DeskFault[]; slots: ForcedSlot[] } | null>(null);
  protected readonly faults = computed(() => this.last()?.faults ?? null);
  protected readonly present = computed(() => {
    this.ticker.now();
    const last = this.last();
    return last === null ? [] : presentFaults(last.faults, last.slots).map((fault) => ({ ...fault, left: this.leftOf(fault) }));
  });

  protected readonly kind = signal<FaultKind>('stuck-valve');
  protected readonly places = computed(() => (this.faults() ?? []).filter(({ kind }) => kind === this.kind()));
  protected readonly target = linkedSignal(() => {
    const targets = this.places().map(({ target }) => target);
    return targets.find((target) => USUAL_TARGETS.includes(target)) ?? targets[0] ?? '';
  });
  protected readonly span = signal(USUAL_MS);
  protected readonly busy = signal(false);
  protected readonly refused = signal<Refused | null>(null);

  constructor() {
    inject(Crumbs).trail.set([{ label: this.t('nav.faults') }]);
    effect(() => {
      if (this.loaded.hasValue()) this.last.set(this.loaded.value());
    });
    const timer = setInterval(() => {
      if (this.live.isLive() && !this.loaded.isLoading()) this.loaded.reload();
    }, REFRESH_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }

  protected begin(event: Event): void {
    event.preventDefault();
    const fault = this.places().find(({ target }) => target === this.target());
    if (fault) void this.command(() => this.api.override(fault.point.id, { value: 1, durationMs: this.span(), reason: this.t('faults.reason') }));
  }

  protected end({ point }: PresentFault): void {
    void this.command(() => this.api.release(point.id, this.t('faults.endReason')));
  }

  protected placeOf(target: string): string {
    const [, level] = /^floor-(\d+)$/.exec(target) ?? [];
    return level === undefined ? target : this.t('faults.floor', { level });
  }

  protected chooseKind(event: Event): void {
    this.kind.set((event.target as HTMLSelectElement).value as FaultKind);
  }

  protected textOf(event: Event): string {
    return (event.target as HTMLSelectElement).value;
  }

  protected numberOf(event: Event): number {
    return Number(this.textOf(event));
  }

  private leftOf({ slot }: PresentFault): string {
    if (slot === null) return this.t('faults.byItself');
    if (slot.until === null) return this.t('register.noEnd');
    const left = Date.parse(slot.until) - this.clock.now();
    return left > 0 ? this.t('slots.left', { left: this.format.countdown(left), time: this.format.clock(slot.until) }) : this.t('slots.over');
  }

  private async command(send: () => Promise<unknown>): Promise<void> {
    this.busy.set(true);
    this.refused.set(null);
    try {
      await send();
    } catch (thrown) {
      this.refused.set(asRefused(thrown));
    } finally {
      this.busy.set(false);
      this.loaded.reload();
    }
  }
}
