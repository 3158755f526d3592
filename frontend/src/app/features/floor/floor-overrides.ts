import { DestroyRef, Service, computed, effect, inject, resource, signal, untracked } from '@angular/core';
import type { ForcedSlot } from '@cupola/contracts';
import { Api } from '../../core/api';
import { Format } from '../../core/format';
import { ServerClock } from '../../core/server-clock';
import { Session } from '../../core/session';
import { Ticker } from '../../core/ticker';
import { Words } from '../../core/words';
import { LiveConnection } from '../../live/live-connection';
import type { LiveTopic } from '../../live/live-topic';

/** Levels below are schedules and default logic: nobody's override. */
const LOWEST_BY_HAND = 10;
/** Hosts report slots of their own too, without a command of ours: these are found by looking. */
const LOOK_EVERY_MS = 15_000;

/** What is overridden on a floor, by hand and until when. Provided by the page that shows it. */
@Service({ autoProvided: false })
export class FloorOverrides {
  private readonly api = inject(Api);
  private readonly clock = inject(ServerClock);
  private readonly ticker = inject(Ticker);
  private readonly connection = inject(LiveConnection);
  private readonly session = inject(Session);
  private readonly format = inject(Format);
  private readonly t = inject(Words).t;
  private readonly last = signal<readonly ForcedSlot[]>([]);
  private topic: LiveTopic | null = null;
  /** Something changed while the register was being read: read once more. */
  private isBehind = false;
  readonly floor = signal<string | null>(null);
  private readonly loaded = resource({
    params: () => (this.session.can('overrides.read') ? (this.floor() ?? undefined) : undefined),
    loader: ({ params, abortSignal }) => this.api.overridesOn(params, abortSignal),
  });

  /** By point, the highest level first. What is over is over, whether or not it was read again. */
  readonly byPoint = computed(() => {
    this.ticker.now();
    const found = new Map<string, ForcedSlot[]>();
    for (const slot of this.last()) {
      if (slot.level > LOWEST_BY_HAND || (slot.until !== null && Date.parse(slot.until) <= this.clock.now())) continue;
      found.set(slot.point.id, [...(found.get(slot.point.id) ?? []), slot].sort((a, b) => a.level - b.level));
    }
    return found;
  });

  constructor() {
    effect(() => {
      if (!this.loaded.hasValue()) return;
      this.last.set(this.loaded.value());
      if (!this.isBehind || this.loaded.isLoading()) return;
      this.isBehind = false;
      untracked(() => this.look());
    });
    effect(() => {
      const floor = this.floor();
      untracked(() => this.follow(floor));
    });
    const timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(timer);
      this.follow(null);
    });
  }

  /** Level and time left: "8, 1:42 h left". */
  readonly leftOf = ({ level, until }: ForcedSlot): string => {
    this.ticker.now();
    if (until === null) return this.t('floor.overrideOpen', { level });
    return this.t('floor.overrideLeft', { level, left: this.format.countdown(Date.parse(until) - this.clock.now()) });
  };

  private look(): void {
    if (this.connection.isLive() && !this.loaded.reload()) this.isBehind = true;
  }

  /** Every command that changes is a reason to look: what is held is the register's to say. */
  private follow(floor: string | null): void {
    if (this.topic) this.connection.unwatch(this.topic);
    this.topic = null;
    if (!floor || !this.session.can('overrides.read')) return;
    this.topic = this.connection.watch('commands', { snapshot: () => this.look(), delta: () => this.look() });
  }
}
