import { Component, computed, inject, input } from '@angular/core';
import { Words } from '../core/words';

/** The shape of what is being loaded. */
@Component({
  selector: 'cp-skeleton',
  host: { role: 'status' },
  template: `
    <span class="sr-only">{{ t('state.loading') }}</span>
    @for (line of lines(); track line) {
      <div class="skeleton" [class.tall]="kind() === 'block'"></div>
    }
  `,
})
export class Skeleton {
  protected readonly t = inject(Words).t;
  readonly rows = input(6);
  readonly kind = input<'lines' | 'block'>('lines');
  protected readonly lines = computed(() => Array.from({ length: this.rows() }, (_, line) => line));
}
