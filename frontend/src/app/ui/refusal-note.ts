import { Component, computed, inject, input } from '@angular/core';
import type { Refused } from '../core/refused';
import { RefusalWords } from '../core/refusal-words';

/** Why a form's request was not done, beside the form. */
@Component({
  selector: 'cp-refusal',
  template: `
    @if (refused(); as refused) {
      <div class="note bad" role="alert">
        <p>{{ words.sentence(refused) }}</p>
        @if (fields().length > 0) {
          <ul>
            @for (field of fields(); track $index) {
              <li>{{ field }}</li>
            }
          </ul>
        }
      </div>
    }
  `,
})
export class RefusalNote {
  protected readonly words = inject(RefusalWords);
  readonly refused = input.required<Refused | null>();
  protected readonly fields = computed(() => {
    const refused = this.refused();
    return refused ? this.words.fields(refused) : [];
  });
}
