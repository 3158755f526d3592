import { Component, inject, input } from '@angular/core';
import type { ResourceRef } from '@angular/core';
import { Words } from '../core/words';

/** In the place of a trend that is not drawn: its samples are being read, could not be read, or there are none. */
@Component({
  selector: 'cp-trace-absent',
  template: `
    @if (loaded().isLoading()) {
      <div class="skeleton"></div>
    } @else if (loaded().error()) {
      <p class="quiet">{{ t('spark.failed') }} <button type="button" class="link-btn" (click)="loaded().reload()">{{ t('action.tryAgain') }}</button></p>
    } @else {
      <p class="quiet">{{ none() }}</p>
    }
  `,
})
export class TraceAbsent {
  protected readonly t = inject(Words).t;
  readonly loaded = input.required<ResourceRef<unknown>>();
  /** What is said when there are no samples. */
  readonly none = input.required<string>();
}
