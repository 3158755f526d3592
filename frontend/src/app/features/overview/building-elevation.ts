import { Component, DestroyRef, computed, effect, inject, input, output, resource, signal } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { knownValue } from '@cupola/domain';
import { Api } from '../../core/api';
import { Format } from '../../core/format';
import { ServerClock } from '../../core/server-clock';
import type { BuildingTree } from '../../core/sites';
import { Ticker } from '../../core/ticker';
import { Words } from '../../core/words';
import { AlarmStore } from '../../live/alarm-store';
import { AlarmWords } from '../../live/alarm-words';
import { Elevations } from '../../live/elevations';
import type { ElevationView } from '../../live/elevations';
import { LiveConnection } from '../../live/live-connection';
import { AlarmBadge } from '../../ui/alarm-badge';
import { Failure } from '../../ui/failure';
import { Segments } from '../../ui/segments';
import { Skeleton } from '../../ui/skeleton';
import { BuildingTiles } from './building-tiles';
import { rowOf } from './floor-row';
import type { FloorRow, ZoneCell } from './floor-row';
import { PowerLine } from './power-line';
import { CELL_LAYERS } from './zone-cell';
import type { CellLayer } from './zone-cell';

const POWER_EVERY_MS = 60_000;
const LAYER_KEYS = { temperature: 'layer.temperature', co2: 'layer.co2', energy: 'layer.energy' } as const;
const CELL_WORDS = { temperature: 'overview.cellsTemperature', co2: 'overview.cellsCo2', energy: 'overview.cellsEnergy' } as const;

/** One building: its floors stacked as they stand, each with its zones west to east and a few numbers. */
@Component({
  selector: 'cp-building-elevation',
  imports: [AlarmBadge, BuildingTiles, Failure, PowerLine, RouterLink, Segments, Skeleton],
  host: { class: 'elevation', role: 'region', '[attr.aria-label]': 'building().name', '[class.not-live]': 'elevation() !== null && !isCurrent()' },
  templateUrl: './building-elevation.html',
})
export class BuildingElevation {
  private readonly words = inject(Words);
  private readonly api = inject(Api);
  private readonly elevations = inject(Elevations);
  private readonly alarms = inject(AlarmStore);
  private readonly alarmWords = inject(AlarmWords);
  private readonly router = inject(Router);
  private readonly ticker = inject(Ticker);
  private readonly clock = inject(ServerClock);
  private readonly live = inject(LiveConnection);
  protected readonly format = inject(Format);
  protected readonly t = this.words.t;
  protected readonly n = this.words.n;
  readonly site = input.required<{ timeZone: string; name: string }>();
  readonly building = input.required<BuildingTree>();
  readonly layer = input.required<CellLayer>();
  readonly layerChange = output<string>();

  private readonly id = computed(() => this.building().id);
  private readonly view = signal<ElevationView | null>(null);
  protected readonly elevation = computed(() => this.view()?.elevation() ?? null);
  protected readonly isCurrent = computed(() => this.view()?.isCurrent() ?? false);
  protected readonly failure = computed(() => (this.elevation() === null ? this.view()?.failure() : null));
  private readonly history = resource({ params: () => this.id(), loader: ({ params, abortSignal }) => this.api.power(params, abortSignal) });
  protected readonly power = computed(() => (this.history.hasValue() ? this.history.value() : null));

  protected readonly layers = CELL_LAYERS.map((key) => key);
  protected readonly segments = computed(() => this.layers.map((key) => ({ key, label: this.t(LAYER_KEYS[key]) })));
  protected readonly cellWord = computed(() => CELL_WORDS[this.layer()]);
  protected readonly rows = computed<FloorRow[]>(() => {
    const states = new Map(this.elevation()?.floors.map((floor) => [floor.id, floor]));
    const all = this.alarms.alarms() ?? [];
    const most = Math.max(0, ...[...states.values()].flatMap(({ zones }) => zones.map(({ power }) => knownValue(power) ?? 0)));
    return this.building().floors.map((floor) => rowOf({ floor, state: states.get(floor.id), history: this.power(), alarms: all.filter((alarm) => alarm.floor?.id === floor.id), layer: this.layer(), most }));
  });
  /** Columns that nothing in this building could fill are left out. */
  protected readonly has = computed(() => {
    const zones = this.elevation()?.floors.flatMap((floor) => floor.zones) ?? [];
    return { co2: zones.some(({ co2 }) => co2), light: zones.some(({ light }) => light), power: (this.elevation()?.floors ?? []).some(({ power }) => power.meters > 0) };
  });
  /** Day and time at the site, and the weather where it is measured. */
  protected readonly line = computed(() => {
    this.ticker.now();
    const now = new Intl.DateTimeFormat(this.words.language(), { weekday: 'long', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: this.site().timeZone }).format(this.clock.now());
    const { temperature, humidity } = this.elevation()?.outside ?? { temperature: null, humidity: null };
    const [degrees, percent] = [knownValue(temperature), knownValue(humidity)];
    return [
      now,
      temperature ? (degrees === null ? this.t('overview.outsideUnknown') : this.t('overview.outside', { value: this.format.quantity(degrees, temperature.unit) })) : '',
      percent === null ? '' : this.t('overview.humidity', { value: this.format.number(percent, '%') }),
    ].filter(Boolean).join(', ');
  });

  constructor() {
    effect((onCleanup) => {
      const { view, leave } = this.elevations.follow(this.id());
      this.view.set(view);
      onCleanup(leave);
    });
    const timer = setInterval(() => {
      if (this.live.isLive()) this.history.reload();
    }, POWER_EVERY_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }

  /** What a cell says in words: for the pointer that rests on it. */
  protected titleOf({ zone, alarm }: ZoneCell): string {
    const { temperature, setpoint, co2 } = zone;
    const value = knownValue(temperature);
    return [
      `${zone.name}: ${temperature === null ? this.t('floor.none') : value === null ? this.t('floor.legendHatch') : this.format.quantity(value, temperature.unit)}`,
      setpoint && knownValue(setpoint) !== null ? this.t('floor.set', { value: this.format.number(knownValue(setpoint) ?? 0, setpoint.unit) }) : '',
      co2 && knownValue(co2) !== null ? this.format.quantity(co2.value, co2.unit) : '',
      alarm ? this.alarmWords.name(alarm.definition) : '',
    ].filter(Boolean).join(', ');
  }

  protected open(event: Event, floorId: string, zone?: string): void {
    if (event.target instanceof Element && event.target.closest('a')) return;
    event.stopPropagation();
    void this.router.navigate(['/floors', floorId], { queryParams: zone ? { zone } : {} });
  }
}
