import { Component, DestroyRef, computed, inject, input } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { Crumbs } from '../../core/crumbs';
import { Session } from '../../core/session';
import { Sites } from '../../core/sites';
import { Words } from '../../core/words';
import { LiveConnection } from '../../live/live-connection';
import { Failure } from '../../ui/failure';
import { Skeleton } from '../../ui/skeleton';
import { BuildingElevation } from './building-elevation';
import { CELL_LAYERS } from './zone-cell';
import type { CellLayer } from './zone-cell';

const REFRESH_MS = 10_000;

/** Buildings side by side, their floors as they stand: where must I go? */
@Component({
  selector: 'cp-overview',
  imports: [BuildingElevation, Failure, RouterLink, Skeleton],
  host: { class: 'page overview' },
  templateUrl: './overview.html',
})
export class Overview {
  protected readonly sites = inject(Sites);
  protected readonly session = inject(Session);
  private readonly live = inject(LiveConnection);
  private readonly router = inject(Router);
  protected readonly t = inject(Words).t;
  readonly layer = input<string>();

  protected readonly buildings = computed(() => this.sites.buildings().map(({ site, building }) => ({ site, building: { ...building, floors: [...building.floors].sort((a, b) => b.level - a.level) } })));
  protected readonly isEmpty = computed(() => this.sites.sites() !== null && this.buildings().length === 0);
  protected readonly chosenLayer = computed<CellLayer>(() => CELL_LAYERS.find((layer) => layer === this.layer()) ?? 'temperature');

  constructor() {
    inject(Crumbs).trail.set([{ label: this.t('nav.overview') }]);
    this.sites.reload();
    const timer = setInterval(() => {
      if (this.live.isLive()) this.sites.reload();
    }, REFRESH_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }

  protected show(layer: string): void {
    void this.router.navigate([], { queryParams: { layer: layer === 'temperature' ? null : layer }, queryParamsHandling: 'merge' });
  }
}
