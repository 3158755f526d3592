import { Component, DestroyRef, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Crumbs } from '../../core/crumbs';
import { Format } from '../../core/format';
import { Session } from '../../core/session';
import { Sites } from '../../core/sites';
import type { BuildingTree } from '../../core/sites';
import { Words } from '../../core/words';
import { LiveConnection } from '../../live/live-connection';
import { Failure } from '../../ui/failure';
import { Skeleton } from '../../ui/skeleton';

const REFRESH_MS = 10_000;

/** Sites, their buildings, and the floors as they stand: where must I go? */
@Component({
  selector: 'cp-overview',
  imports: [Failure, RouterLink, Skeleton],
  host: { class: 'page' },
  templateUrl: './overview.html',
})
export class Overview {
  protected readonly sites = inject(Sites);
  protected readonly session = inject(Session);
  protected readonly format = inject(Format);
  private readonly words = inject(Words);
  private readonly live = inject(LiveConnection);
  protected readonly t = this.words.t;
  protected readonly n = this.words.n;

  protected readonly buildings = computed(() => this.sites.buildings().map(({ site, building }) => ({ site, building, floors: topFirst(building), ...totals(building) })));
  protected readonly isEmpty = computed(() => this.sites.sites() !== null && this.buildings().length === 0);

  constructor() {
    const crumbs = inject(Crumbs);
    crumbs.trail.set([{ label: this.t('nav.overview') }]);
    this.sites.reload();
    const timer = setInterval(() => {
      if (this.live.isLive()) this.sites.reload();
    }, REFRESH_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }

  protected widest(floors: BuildingTree['floors']): number {
    return Math.max(1, ...floors.map(({ spaces }) => spaces));
  }
}

function topFirst(building: BuildingTree): BuildingTree['floors'] {
  return [...building.floors].sort((a, b) => b.level - a.level);
}

function totals({ floors }: BuildingTree): { spaces: number; zones: number; offline: number } {
  const sum = (key: 'spaces' | 'zones' | 'controllersOffline') => floors.reduce((total, floor) => total + floor[key], 0);
  return { spaces: sum('spaces'), zones: sum('zones'), offline: sum('controllersOffline') };
}
