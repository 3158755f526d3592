import { Component, computed, inject, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { FloorDetail, Point } from '@cupola/contracts';
import { Format } from '../../core/format';
import { Words } from '../../core/words';
import { isTrusted } from '../../live/known-reading';
import { PlaceValues } from '../../live/place-values';
import { LAYER_WORDS } from './layers';
import type { Layer } from './layers';
import { roomPoints, zoneTitle } from './zone-view';

interface ZoneValue {
  id: string;
  name: string;
  value: number;
  point: Point;
}

/** The whole floor in a few lines, while no zone is chosen: how it stands, and where to look. */
@Component({
  selector: 'cp-floor-summary',
  imports: [RouterLink],
  host: { class: 'stack' },
  template: `
    <h2>{{ t('floor.summary') }}</h2>
    @if (mean(); as mean) {
      <div>
        <div class="mute">{{ t('floor.mean', { layer: t(layerWord()) }) }}</div>
        <div class="big lives"><span class="value-text">{{ mean.text }}<span class="u">{{ mean.unit }}</span></span></div>
        <div class="quiet">{{ n('floor.ofZones', mean.count, { all: measured() }) }}</div>
      </div>
      <table class="fixed">
        <thead>
          <tr>
            <th>{{ t('floor.farthest') }}</th>
            <th class="r">{{ t('column.value') }}</th>
          </tr>
        </thead>
        <tbody>
          @for (zone of farthest(); track zone.id) {
            <tr>
              <td><button type="button" class="link-btn" (click)="choose.emit(zone.id)">{{ zone.name }}</button></td>
              <td class="r lives"><span class="value-text">{{ format.valueWithUnit(zone.value, zone.point) }}</span></td>
            </tr>
          }
        </tbody>
      </table>
    } @else {
      <p class="mute">{{ t('floor.nothingKnown') }}</p>
    }
    <dl class="kv">
      <dt>{{ t('floor.notKnown') }}</dt>
      <dd>{{ n('floor.points', doubtful()) }}</dd>
      <dt>{{ t('floor.offline') }}</dt>
      <dd class="chips">
        @for (controller of offline(); track controller.id) {
          <a class="chip" [routerLink]="['/controllers', controller.id]">{{ controller.name }}</a>
        } @empty {
          {{ t('floor.noneOffline') }}
        }
      </dd>
    </dl>
    <p class="quiet">{{ t('floor.pickHint') }}</p>
  `,
})
export class FloorSummary {
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  protected readonly n = this.words.n;
  protected readonly format = inject(Format);
  private readonly values = inject(PlaceValues);
  readonly floor = input.required<FloorDetail>();
  readonly points = input.required<ReadonlyMap<string, Point[]>>();
  readonly layer = input.required<Layer>();
  readonly choose = output<string>();

  protected readonly layerWord = computed(() => LAYER_WORDS[this.layer()]);
  private readonly known = computed<ZoneValue[]>(() =>
    this.floor().zones.flatMap((zone) => {
      const point = roomPoints(this.points().get(zone.id) ?? [], this.layer()).shown;
      const reading = point && this.values.shown(point);
      if (!point || point.kind !== 'analog' || reading?.value == null || !isTrusted(reading.quality)) return [];
      return [{ id: zone.id, name: zoneTitle(this.floor(), zone), value: reading.value, point }];
    }),
  );
  /** Zones that have a point on this layer at all. */
  protected readonly measured = computed(() => this.floor().zones.filter(({ id }) => roomPoints(this.points().get(id) ?? [], this.layer()).shown !== undefined).length);
  private readonly average = computed(() => this.known().reduce((sum, { value }) => sum + value, 0) / Math.max(1, this.known().length));
  protected readonly mean = computed(() => {
    const first = this.known()[0];
    if (!first) return null;
    return { text: this.format.value(this.average(), first.point), unit: this.format.unit(first.point.unit), count: this.known().length };
  });
  protected readonly farthest = computed(() =>
    [...this.known()].sort((a, b) => Math.abs(b.value - this.average()) - Math.abs(a.value - this.average())).slice(0, 6),
  );
  protected readonly doubtful = computed(() => this.floor().points.filter((point) => !isTrusted(this.values.shown(point).quality)).length);
  protected readonly offline = computed(() => {
    const found = new Map<string, { id: string; name: string }>();
    for (const { controller } of this.floor().points) {
      if (controller && (this.values.linkOf(controller.id) ?? controller.link) !== 'online') found.set(controller.id, controller);
    }
    return [...found.values()].slice(0, 12);
  });
}
