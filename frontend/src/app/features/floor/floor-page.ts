import { Component, computed, effect, inject, input, resource } from '@angular/core';
import { Router } from '@angular/router';
import { Api } from '../../core/api';
import { Crumbs } from '../../core/crumbs';
import { keepPreference } from '../../core/preferences';
import { Words } from '../../core/words';
import { PlaceValues } from '../../live/place-values';
import { Failure } from '../../ui/failure';
import { Icon } from '../../ui/icon';
import { Segments } from '../../ui/segments';
import { Skeleton } from '../../ui/skeleton';
import { PointFaceplate } from '../point/point-faceplate';
import { FloorOverrides } from './floor-overrides';
import { FloorPlan } from './floor-plan';
import { FloorSummary } from './floor-summary';
import { LayerChoice } from './layer-choice';
import { LAYERS, isMeasured, layersOn } from './layers';
import { PointTable } from './point-table';
import { RoomTable } from './room-table';
import { ZonePanel } from './zone-panel';
import { pointsByZone } from './zone-view';

const VIEWS = ['plan', 'list', 'points'] as const;
const VIEW_WORDS = { plan: 'floor.plan', list: 'floor.list', points: 'overview.points' } as const;

/** One floor: plan or list, and beside it the zone or point that is looked at. Everything chosen is in the address. */
@Component({
  selector: 'cp-floor-page',
  imports: [Failure, FloorPlan, FloorSummary, Icon, LayerChoice, PointFaceplate, PointTable, RoomTable, Segments, Skeleton, ZonePanel],
  providers: [PlaceValues, FloorOverrides],
  host: { class: 'page' },
  templateUrl: './floor-page.html',
})
export class FloorPage {
  private readonly api = inject(Api);
  private readonly router = inject(Router);
  private readonly crumbs = inject(Crumbs);
  private readonly values = inject(PlaceValues);
  private readonly overrides = inject(FloorOverrides);
  protected readonly words = inject(Words);
  protected readonly t = this.words.t;

  readonly id = input.required<string>();
  readonly zone = input<string>();
  readonly point = input<string>();
  readonly view = input<string>();
  readonly layer = input<string>();

  protected readonly loaded = resource({ params: () => this.id(), loader: ({ params, abortSignal }) => this.api.floor(params, abortSignal) });
  protected readonly floor = computed(() => (this.loaded.hasValue() ? this.loaded.value() : null));
  protected readonly chosenView = computed(() => VIEWS.find((view) => view === this.view()) ?? 'plan');
  protected readonly views = computed(() => VIEWS.map((key) => ({ key, label: this.t(VIEW_WORDS[key]) })));
  protected readonly layers = computed(() => layersOn(this.floor()?.points ?? []));
  protected readonly chosenLayer = computed(() => this.layers().find((layer) => layer === this.layer()) ?? this.layers()[0] ?? LAYERS[0]);
  /** What the summary is about: on layers that measure nothing, the temperature. */
  protected readonly measuredLayer = computed(() => (isMeasured(this.chosenLayer()) ? this.chosenLayer() : 'temperature'));
  protected readonly points = computed(() => {
    const floor = this.floor();
    return floor ? pointsByZone(floor) : new Map<string, never[]>();
  });
  protected readonly chosenPoint = computed(() => this.floor()?.points.find(({ id }) => id === this.point()) ?? null);
  protected readonly chosenZone = computed(() => {
    const floor = this.floor();
    const id = this.zone() ?? this.zoneOfPoint();
    return floor?.zones.find((zone) => zone.id === id) ?? null;
  });
  protected readonly counts = computed(() => {
    const floor = this.floor();
    return floor ? [this.words.n('floor.zones', floor.zones.length), this.words.n('floor.points', floor.points.length)].join(', ') : '';
  });

  constructor() {
    effect(() => {
      const floor = this.floor();
      if (!floor) return;
      keepPreference('floor', floor.id);
      this.values.enter(`floor:${floor.id}`, floor.points);
      this.overrides.floor.set(floor.id);
      this.crumbs.building.set(floor.building.id);
      this.crumbs.trail.set([{ label: floor.building.name, to: '/' }, { label: floor.name }]);
    });
  }

  /** Changes the address; what is left out of `query` stays. */
  protected show(query: Partial<Record<'zone' | 'point' | 'view' | 'layer', string | null>>): void {
    void this.router.navigate([], { queryParams: query, queryParamsHandling: 'merge' });
  }

  private zoneOfPoint(): string | undefined {
    const id = this.point();
    return [...this.points()].find(([, points]) => points.some((point) => point.id === id))?.[0];
  }
}
