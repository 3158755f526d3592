import { Component, computed, inject, input } from '@angular/core';
import type { Point } from '@cupola/contracts';
import { Format } from '../../core/format';
import { deviationReach } from '../../core/units';
import { Words } from '../../core/words';
import { Icon } from '../../ui/icon';
import { LAYER_WORDS } from './layers';
import type { Layer } from './layers';
import { roomPoints } from './zone-view';

/** What the marks on the plan mean, and in which units. */
@Component({
  selector: 'cp-plan-legend',
  imports: [Icon],
  template: `
    <span class="key"><b>{{ name() }}</b></span>
    @if (reach(); as reach) {
      <span class="key hide-s"><i class="bar-key"></i>{{ t('floor.legendBar', { reach }) }}</span>
    }
    <span class="key"><i class="swatch hatched"></i>{{ t('floor.legendHatch') }}</span>
    <span class="key hide-s"><i class="swatch alarm-key"></i>{{ t('floor.legendAlarm') }}</span>
    <span class="key hide-s"><cp-icon name="hand" [size]="14" />{{ t('floor.legendHand') }}</span>
  `,
})
export class PlanLegend {
  protected readonly t = inject(Words).t;
  private readonly format = inject(Format);
  readonly points = input.required<ReadonlyMap<string, Point[]>>();
  readonly layer = input.required<Layer>();

  private readonly sample = computed(() => [...this.points().values()].map((points) => roomPoints(points, this.layer())).find(({ shown }) => shown !== undefined));
  protected readonly name = computed(() => [this.t(LAYER_WORDS[this.layer()]), this.format.unit(this.sample()?.shown?.unit ?? null)].filter(Boolean).join(', '));
  /** How far the deviation bars reach, in words; null where there are none. */
  protected readonly reach = computed(() => {
    const { shown, setpoint } = this.sample() ?? {};
    const reach = deviationReach(shown?.unit ?? null);
    return setpoint && reach !== null ? `±${reach} ${this.format.unit(shown?.unit ?? null).replace('°C', 'K')}` : null;
  });
}
