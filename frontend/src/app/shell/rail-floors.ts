import { Component, computed, effect, inject, input, signal } from '@angular/core';
import { RouterLink, RouterLinkActive } from '@angular/router';
import { deviationOf } from '@cupola/domain';
import type { ElevationFloor } from '@cupola/contracts';
import { Format } from '../core/format';
import type { BuildingTree } from '../core/sites';
import { deviationReach } from '../core/units';
import { Words } from '../core/words';
import { summarise } from '../live/alarm-order';
import { AlarmStore } from '../live/alarm-store';
import { Elevations } from '../live/elevations';
import type { ElevationView } from '../live/elevations';
import { AlarmBadge } from '../ui/alarm-badge';
import { Icon } from '../ui/icon';

/** How far a floor's zones are from their setpoints, as a bar around the middle. */
interface Deviation {
  left: number;
  width: number;
  text: string;
}

/** The floors of a building as they stand: how far each is from its setpoints, and its most urgent alarm. */
@Component({
  selector: 'cp-rail-floors',
  imports: [AlarmBadge, Icon, RouterLink, RouterLinkActive],
  template: `
    <h2 class="cut" [attr.title]="building().name">{{ building().name }}</h2>
    <div class="floors">
      @for (row of rows(); track row.floor.id) {
        <a [routerLink]="['/floors', row.floor.id]" routerLinkActive="on" ariaCurrentWhenActive="page" [attr.title]="row.title">
          <b class="cut">{{ row.floor.level }}</b><span class="sr-only">{{ row.title }}</span>
          <span class="rail-bar" [class.hatched]="row.deviation === null" aria-hidden="true">
            @if (row.deviation; as bar) {
              <i [style.left.%]="bar.left" [style.width.%]="bar.width"></i>
            }
          </span>
          @if (row.worst; as worst) {
            <span class="rail-alarm"><cp-alarm-badge [priority]="worst.priority" [state]="worst.state" [size]="16" /><span class="sr-only">{{ n('alarm.spokenCount', worst.count) }}, {{ t('alarm.priorityN', { n: worst.priority }) }}</span></span>
          } @else if (row.floor.controllersOffline > 0) {
            <small class="off" [attr.title]="n('overview.offline', row.floor.controllersOffline)">{{ row.floor.controllersOffline }}</small>
          }
        </a>
      }
      @if (building().plantPoints > 0) {
        <a [routerLink]="['/buildings', building().id, 'plant']" routerLinkActive="on" ariaCurrentWhenActive="page">
          <cp-icon name="plant" [size]="15" /><em class="cut">{{ t('nav.plant') }}</em>
        </a>
      }
    </div>
  `,
})
export class RailFloors {
  private readonly words = inject(Words);
  private readonly alarms = inject(AlarmStore);
  private readonly elevations = inject(Elevations);
  private readonly format = inject(Format);
  protected readonly t = this.words.t;
  protected readonly n = this.words.n;
  readonly building = input.required<BuildingTree>();
  private readonly view = signal<ElevationView | null>(null);

  protected readonly rows = computed(() => {
    const view = this.view();
    // What is not the present state is not known: the bars are hatched.
    const known = new Map(view?.isCurrent() ? view.elevation()?.floors.map((floor) => [floor.id, floor]) : []);
    return this.building().floors.map((floor) => {
      const deviation = this.deviationOn(known.get(floor.id));
      return { floor, deviation, worst: summarise(this.alarms.ofFloor(floor.id)), title: [floor.name, deviation?.text].filter(Boolean).join(', ') };
    });
  });
  private readonly id = computed(() => this.building().id);

  constructor() {
    effect((onCleanup) => {
      const { view, leave } = this.elevations.follow(this.id());
      this.view.set(view);
      onCleanup(leave);
    });
  }

  /** The mean of the zones' deviations; null where none is known. */
  private deviationOn(floor: ElevationFloor | undefined): Deviation | null {
    const zones = floor?.zones ?? [];
    const known = zones.map(deviationOf).filter((deviation) => deviation !== null);
    const unit = zones.find(({ temperature }) => temperature?.unit)?.temperature?.unit ?? null;
    const reach = deviationReach(unit);
    if (known.length === 0 || reach === null) return null;
    const mean = known.reduce((sum, each) => sum + each, 0) / known.length;
    const share = Math.max(-1, Math.min(1, mean / reach)) * 50;
    const width = Math.max(3, Math.abs(share));
    const text = this.t('overview.meanDeviation', { value: `${this.format.signed(mean, unit)} ${this.format.unit(unit).replace('°C', 'K')}` });
    return { left: share < 0 ? 50 - width : 50, width, text };
  }
}
