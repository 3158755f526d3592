import { Service, computed, effect, inject, signal, untracked } from '@angular/core';
import type { Signal, WritableSignal } from '@angular/core';
import type { Elevation } from '@cupola/contracts';
import { Api } from '../core/api';
import { Session } from '../core/session';
import { Ticker } from '../core/ticker';
import { LiveConnection } from './live-connection';

const LOOK_EVERY_MS = 4000;
/** An answer older than this is no present state any more. */
const TRUSTED_MS = 15_000;

interface Followed {
  readers: number;
  answer: WritableSignal<{ elevation: Elevation; at: number } | null>;
  failure: WritableSignal<unknown>;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** What a reader sees of a building at a glance. */
export interface ElevationView {
  elevation: Signal<Elevation | null>;
  /** Whether it may be read as the present state. */
  isCurrent: Signal<boolean>;
  /** Why there is nothing to show yet. */
  failure: Signal<unknown>;
}

/** Buildings at a glance, read again and again while somebody looks and the link is live; one reading serves all who look. */
@Service()
export class Elevations {
  private readonly api = inject(Api);
  private readonly connection = inject(LiveConnection);
  private readonly session = inject(Session);
  private readonly ticker = inject(Ticker);
  private readonly followed = new Map<string, Followed>();

  constructor() {
    effect(() => {
      if (this.session.status() !== 'anonymous') return;
      untracked(() => {
        for (const { answer } of this.followed.values()) answer.set(null);
      });
    });
  }

  /** To be left as often as it was followed. */
  follow(buildingId: string): { view: ElevationView; leave: () => void } {
    const found = this.followed.get(buildingId) ?? this.open(buildingId);
    found.readers += 1;
    const elevation = computed(() => found.answer()?.elevation ?? null);
    const isCurrent = computed(() => this.connection.isLive() && this.ticker.now() - (found.answer()?.at ?? -Infinity) < TRUSTED_MS);
    return { view: { elevation, isCurrent, failure: found.failure }, leave: () => this.leave(buildingId, found) };
  }

  private open(buildingId: string): Followed {
    const followed: Followed = { readers: 0, answer: signal(null), failure: signal(null), timer: undefined };
    this.followed.set(buildingId, followed);
    untracked(() => void this.look(buildingId, followed));
    return followed;
  }

  private leave(buildingId: string, followed: Followed): void {
    followed.readers -= 1;
    if (followed.readers > 0) return;
    clearTimeout(followed.timer);
    this.followed.delete(buildingId);
  }

  private async look(buildingId: string, followed: Followed): Promise<void> {
    const isWorthIt = followed.answer() === null || (this.connection.isLive() && !document.hidden);
    if (isWorthIt && this.session.status() === 'signedIn') await this.read(buildingId, followed);
    if (this.followed.get(buildingId) === followed) followed.timer = setTimeout(() => void this.look(buildingId, followed), LOOK_EVERY_MS);
  }

  private async read(buildingId: string, followed: Followed): Promise<void> {
    try {
      const elevation = await this.api.elevation(buildingId);
      followed.answer.set({ elevation, at: performance.now() });
      followed.failure.set(null);
    } catch (thrown) {
      // What was read before stays, and counts as old soon; it is asked for again.
      followed.failure.set(thrown);
    }
  }
}
