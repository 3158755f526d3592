import { Component, DestroyRef, computed, inject, input, resource } from '@angular/core';
import { RouterLink } from '@angular/router';
import { comfortOf } from '@cupola/domain';
import type { Elevation, PowerHistory } from '@cupola/contracts';
import { Api } from '../../core/api';
import { Format } from '../../core/format';
import { Session } from '../../core/session';
import type { BuildingTree } from '../../core/sites';
import { Words } from '../../core/words';
import { LiveConnection } from '../../live/live-connection';

/** What an operator can manage (ISA-18.2): about six an hour. */
const ACCEPTABLE_ALARMS = 6;
/** Levels below are schedules and default logic. */
const LOWEST_BY_HAND = 10;
const STEPS_OF_AN_HOUR = 12;
const OVERRIDES_EVERY_MS = 15_000;

/** A building in five numbers. */
@Component({
  selector: 'cp-building-tiles',
  imports: [RouterLink],
  host: { class: 'tiles' },
  template: `
    <div class="panel tile lives">
      <div class="mute">{{ t('overview.comfort') }}</div>
      <div class="tile-value"><span class="value-text">{{ comfort().value }}</span> <span class="u">{{ t('overview.comfortUnit') }}</span></div>
      <div class="quiet">{{ comfort().note }}</div>
    </div>
    <div class="panel tile lives">
      <div class="mute">{{ t('overview.powerNow') }}</div>
      <div class="tile-value"><span class="value-text">{{ power().value }}</span> <span class="u">kW</span></div>
      <div class="quiet">{{ power().note }}</div>
    </div>
    <div class="panel tile lives" [class.attention]="offline() > 0">
      <div class="mute">{{ t('overview.controllers') }}</div>
      <div class="tile-value"><span class="value-text">{{ format.count(elevation().controllers.live) }}</span> <span class="u">{{ t('overview.ofLive', { all: format.count(elevation().controllers.all) }) }}</span></div>
      <div class="quiet">
        @if (offline() > 0 && session.can('controllers.read')) {
          <a routerLink="/controllers" [queryParams]="{ link: 'offline' }">{{ whereOffline() || t('overview.whyOffline') }}</a>
        } @else {
          {{ offline() > 0 ? whereOffline() : t(elevation().controllers.all > 0 ? 'overview.allLive' : 'overview.noControllers') }}
        }
      </div>
    </div>
    <div class="panel tile lives" [class.attention]="elevation().alarmsLastHour > acceptable">
      <div class="mute">{{ t('overview.alarmRate') }}</div>
      <div class="tile-value"><span class="value-text">{{ format.count(elevation().alarmsLastHour) }}</span> <span class="u">{{ t('overview.anHour') }}</span></div>
      <div class="quiet">{{ t('overview.acceptable', { n: acceptable }) }}</div>
    </div>
    <a class="panel tile lives" routerLink="/overrides">
      <div class="mute">{{ t('nav.overrides') }}</div>
      <div class="tile-value"><span class="value-text">{{ overrides().value }}</span> <span class="u">{{ t('overview.active') }}</span></div>
      <div class="quiet">{{ overrides().note }}</div>
    </a>
  `,
})
export class BuildingTiles {
  private readonly api = inject(Api);
  private readonly words = inject(Words);
  private readonly live = inject(LiveConnection);
  protected readonly session = inject(Session);
  protected readonly format = inject(Format);
  protected readonly t = this.words.t;
  protected readonly acceptable = ACCEPTABLE_ALARMS;
  readonly building = input.required<BuildingTree>();
  readonly elevation = input.required<Elevation>();
  readonly history = input.required<PowerHistory | null>();
  readonly timeZone = input.required<string>();
  private readonly forced = resource({ params: () => (this.session.can('overrides.read') ? true : undefined), loader: ({ abortSignal }) => this.api.overrides(abortSignal) });

  protected readonly comfort = computed(() => {
    const { inBand, notKnown, zones } = comfortOf(this.elevation().floors.flatMap((floor) => floor.zones));
    if (zones === 0) return { value: '–', note: this.t('overview.noSetpoints') };
    const counted = this.t('overview.inBand', { n: this.format.count(inBand), all: this.format.count(zones) });
    return { value: this.format.count(Math.floor((inBand / zones) * 100)), note: notKnown > 0 ? `${counted}, ${this.t('overview.zonesUnknown', { n: this.format.count(notKnown) })}` : counted };
  });

  protected readonly power = computed(() => {
    const { kilowatts, known, meters } = this.elevation().power;
    if (meters === 0) return { value: '–', note: this.t('overview.noMeters') };
    const value = kilowatts === null ? '–' : this.format.number(kilowatts, kilowatts < 10 ? 'degC' : 'W');
    if (known < meters) return { value, note: this.t('overview.metersKnown', { n: known, all: meters }) };
    return { value, note: this.comparedWithAnHourAgo(kilowatts) };
  });

  protected readonly offline = computed(() => this.elevation().controllers.all - this.elevation().controllers.live);
  /** Where they are, the floor with most of them first. */
  protected readonly whereOffline = computed(() => {
    const floors = this.building().floors.filter(({ controllersOffline }) => controllersOffline > 0).sort((a, b) => b.controllersOffline - a.controllersOffline);
    return floors.slice(0, 2).map(({ name, controllersOffline }) => this.t('overview.offlineOn', { n: controllersOffline, floor: name })).join(', ');
  });

  protected readonly overrides = computed(() => {
    if (!this.forced.hasValue()) return { value: '–', note: '' };
    const active = this.forced.value().filter(({ building, level }) => building.id === this.building().id && level <= LOWEST_BY_HAND);
    const ends = active.flatMap(({ until }) => until ?? []).sort((a, b) => Date.parse(a) - Date.parse(b));
    const note = ends[0] ? this.t('overview.nextEnds', { time: this.format.clock(ends[0], this.timeZone()) }) : this.t(active.length > 0 ? 'overview.noEnds' : 'overview.noneForced');
    return { value: this.format.count(active.length), note };
  });

  constructor() {
    const timer = setInterval(() => {
      if (this.live.isLive()) this.forced.reload();
    }, OVERRIDES_EVERY_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }

  private comparedWithAnHourAgo(now: number | null): string {
    const before = this.history()?.building.kilowatts.at(-1 - STEPS_OF_AN_HOUR) ?? null;
    if (now === null || before === null || before === 0) return this.t('overview.sumOfMeters');
    const percent = Math.round(((now - before) / before) * 100);
    if (percent === 0) return this.t('overview.asAnHourAgo');
    return this.t(percent > 0 ? 'overview.aboveAnHourAgo' : 'overview.belowAnHourAgo', { n: Math.abs(percent) });
  }
}
