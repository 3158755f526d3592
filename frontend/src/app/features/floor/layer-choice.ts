import { Component, computed, inject, input, output } from '@angular/core';
import { Words } from '../../core/words';
import { Segments } from '../../ui/segments';
import { LAYER_WORDS } from './layers';
import type { Layer } from './layers';

/** What people look at all day; whatever else a floor has stands in a list beside them. */
const USUAL: readonly Layer[] = ['temperature', 'co2', 'light', 'occupancy', 'power', 'overrides'];

/** The layers of a plan: the usual ones side by side, the others in a list. */
@Component({
  selector: 'cp-layer-choice',
  imports: [Segments],
  host: { class: 'layer-choice' },
  template: `
    <cp-segments [label]="t('floor.layer')" [segments]="usual()" [chosen]="chosen()" (choose)="choose.emit($event)" />
    @if (others().length > 0) {
      <select class="more-layers" [class.on]="isOther()" [attr.aria-label]="t('floor.moreLayers')" (change)="pick($event)">
        <option value="" disabled [selected]="!isOther()">{{ t('floor.moreLayers') }}</option>
        @for (layer of others(); track layer.key) {
          <option [value]="layer.key" [selected]="layer.key === chosen()">{{ layer.label }}</option>
        }
      </select>
    }
  `,
})
export class LayerChoice {
  protected readonly t = inject(Words).t;
  readonly layers = input.required<readonly Layer[]>();
  readonly chosen = input.required<Layer>();
  readonly choose = output<string>();

  private readonly labelled = computed(() => this.layers().map((key) => ({ key, label: this.t(LAYER_WORDS[key]) })));
  protected readonly usual = computed(() => this.labelled().filter(({ key }) => USUAL.includes(key)));
  protected readonly others = computed(() => this.labelled().filter(({ key }) => !USUAL.includes(key)));
  protected readonly isOther = computed(() => !USUAL.includes(this.chosen()));

  protected pick(event: Event): void {
    this.choose.emit((event.target as HTMLSelectElement).value);
  }
}
