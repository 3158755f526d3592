import { Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Session } from '../../core/session';
import { Words } from '../../core/words';

@Component({
  selector: 'cp-forbidden',
  imports: [RouterLink],
  host: { class: 'page' },
  template: `
    <div class="state">
      <h1>{{ t('failure.forbidden') }}</h1>
      <p>{{ t('failure.forbiddenHere', { name: session.me()?.name ?? '' }) }}</p>
      <a class="btn pri" routerLink="/">{{ t('action.toOverview') }}</a>
    </div>
  `,
})
export class Forbidden {
  protected readonly t = inject(Words).t;
  protected readonly session = inject(Session);
}
