import { Component, computed, effect, inject } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { readPreference } from '../../core/preferences';
import { Session } from '../../core/session';
import { Sites } from '../../core/sites';
import { Words } from '../../core/words';
import { Failure } from '../../ui/failure';
import { Skeleton } from '../../ui/skeleton';

/** Leads to the floor that was looked at last, or to the first one. */
@Component({
  selector: 'cp-floors-entry',
  imports: [Failure, RouterLink, Skeleton],
  host: { class: 'page' },
  template: `
    @if (sites.failure(); as thrown) {
      <cp-failure [thrown]="thrown" (retry)="sites.reload()" />
    } @else if (isEmpty()) {
      <div class="state">
        <h1>{{ t('overview.empty') }}</h1>
        <p>{{ t(session.can('building.import') ? 'overview.emptyImport' : 'overview.emptyAsk') }}</p>
        @if (session.can('building.import')) {
          <div class="row"><a class="btn pri" routerLink="/start">{{ t('start.title') }}</a><a class="btn" routerLink="/import">{{ t('overview.toImport') }}</a></div>
        }
      </div>
    } @else {
      <cp-skeleton kind="block" [rows]="3" />
    }
  `,
})
export class FloorsEntry {
  protected readonly sites = inject(Sites);
  protected readonly session = inject(Session);
  protected readonly t = inject(Words).t;
  private readonly router = inject(Router);
  private readonly floors = computed(() => this.sites.buildings().flatMap(({ building }) => building.floors));
  protected readonly isEmpty = computed(() => this.sites.sites() !== null && this.floors().length === 0);

  constructor() {
    effect(() => {
      const floors = this.floors();
      const last = floors.find(({ id }) => id === readPreference('floor')) ?? floors[0];
      if (last) void this.router.navigate(['/floors', last.id], { replaceUrl: true });
    });
  }
}
