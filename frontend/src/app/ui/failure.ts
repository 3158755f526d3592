import { Component, computed, effect, inject, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import { asRefused } from '../core/refused';
import { RefusalWords } from '../core/refusal-words';
import { Words } from '../core/words';

const RETRY_MS = 5_000;
/** What passes without anybody here doing something about it. */
const PASSING = new Set<string>(['UNREACHABLE', 'DATABASE_UNAVAILABLE', 'OVERLOADED']);

/** A part of a page that could not be shown: what happened and what to do next. What passes by itself is asked for again until it has. */
@Component({
  selector: 'cp-failure',
  imports: [RouterLink],
  host: { class: 'state', role: 'alert' },
  template: `
    <h2>{{ t(title()) }}</h2>
    <p>{{ sentence() }}</p>
    <div class="row">
      @if (mayHelpToRetry()) {
        <button type="button" class="btn pri" (click)="retry.emit()">{{ t('action.tryAgain') }}</button>
      }
      <a class="btn" [class.pri]="!mayHelpToRetry()" routerLink="/">{{ t('action.toOverview') }}</a>
    </div>
  `,
})
export class Failure {
  private readonly refusals = inject(RefusalWords);
  protected readonly t = inject(Words).t;
  readonly thrown = input.required<unknown>();
  readonly retry = output();
  protected readonly title = computed(() => this.refusals.title(asRefused(this.thrown())));
  /** What is not there, or not allowed, will not be a second later either. */
  protected readonly mayHelpToRetry = computed(() => ![403, 404].includes(asRefused(this.thrown()).extra.status ?? 0));
  protected readonly sentence = computed(() => this.refusals.sentence(asRefused(this.thrown())));

  constructor() {
    effect((onCleanup) => {
      if (!PASSING.has(asRefused(this.thrown()).code)) return;
      const timer = setInterval(() => this.retry.emit(), RETRY_MS);
      onCleanup(() => clearInterval(timer));
    });
  }
}
