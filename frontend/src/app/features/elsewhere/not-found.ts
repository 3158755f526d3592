import { Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Words } from '../../core/words';

@Component({
  selector: 'cp-not-found',
  imports: [RouterLink],
  host: { class: 'page' },
  template: `
    <div class="state">
      <h1>{{ t('failure.notFound') }}</h1>
      <p>{{ t('failure.noSuchPage') }}</p>
      <a class="btn pri" routerLink="/">{{ t('action.toOverview') }}</a>
    </div>
  `,
})
export class NotFound {
  protected readonly t = inject(Words).t;
}
