import { Component, computed, effect, inject, input, resource } from '@angular/core';
import { Router } from '@angular/router';
import { Api } from '../../core/api';
import { Crumbs } from '../../core/crumbs';
import { Words } from '../../core/words';
import { PlaceValues } from '../../live/place-values';
import { Failure } from '../../ui/failure';
import { Icon } from '../../ui/icon';
import { Skeleton } from '../../ui/skeleton';
import { PointTable } from '../floor/point-table';
import { PointFaceplate } from '../point/point-faceplate';

/** Everything of a building that stands on no floor: plant, meters, the weather. */
@Component({
  selector: 'cp-plant-page',
  imports: [Failure, Icon, PointFaceplate, PointTable, Skeleton],
  providers: [PlaceValues],
  host: { class: 'page' },
  template: `
    @if (plant(); as plant) {
      <div class="page-head">
        <h1>{{ t('nav.plant') }}</h1>
        <span class="mute">{{ plant.building.name }}, {{ n('floor.points', plant.points.length) }}</span>
      </div>
      <div class="split" [class.open]="point()">
        <cp-point-table class="panel" place="plant" [points]="plant.points" [selected]="point() ?? null" (choose)="show($event)" />
        <aside class="panel side" [attr.aria-label]="t('floor.details')">
          @if (point(); as id) {
            <div class="side-nav"><span class="grow"></span><button type="button" class="icon-btn" data-escape [attr.aria-label]="t('action.close')" (click)="show(null)"><cp-icon name="close" /></button></div>
            <cp-point-faceplate [pointId]="id" />
          } @else {
            <p class="mute">{{ t('plant.pickHint') }}</p>
          }
        </aside>
      </div>
    } @else if (loaded.error()) {
      <cp-failure [thrown]="loaded.error()" (retry)="loaded.reload()" />
    } @else {
      <cp-skeleton kind="block" [rows]="4" />
    }
  `,
})
export class PlantPage {
  private readonly api = inject(Api);
  private readonly router = inject(Router);
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  protected readonly n = this.words.n;
  readonly id = input.required<string>();
  readonly point = input<string>();
  protected readonly loaded = resource({ params: () => this.id(), loader: ({ params, abortSignal }) => this.api.plant(params, abortSignal) });
  protected readonly plant = computed(() => (this.loaded.hasValue() ? this.loaded.value() : null));

  constructor() {
    const values = inject(PlaceValues);
    const crumbs = inject(Crumbs);
    effect(() => {
      const plant = this.plant();
      if (!plant) return;
      values.enter(`building:${plant.building.id}`, plant.points);
      crumbs.building.set(plant.building.id);
      crumbs.trail.set([{ label: plant.building.name, to: '/' }, { label: this.t('nav.plant') }]);
    });
  }

  protected show(point: string | null): void {
    void this.router.navigate([], { queryParams: { point }, queryParamsHandling: 'merge' });
  }
}
