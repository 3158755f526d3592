import { Component, computed, effect, inject } from '@angular/core';
import { Router, RouterLink, RouterOutlet } from '@angular/router';
import { Crumbs } from '../core/crumbs';
import { Format } from '../core/format';
import { Session } from '../core/session';
import { Words } from '../core/words';
import { LiveConnection } from '../live/live-connection';
import { AccountMenu } from './account-menu';
import { AlarmBanner } from './alarm-banner';
import { ConsoleSearch } from './console-search';
import { Keyboard } from './keyboard';
import { LinkIndicator } from './link-indicator';
import { Logo } from './logo';
import { Rail } from './rail';

/** The frame of every page: where one is, whether it is live, who works here. */
@Component({
  selector: 'cp-shell',
  imports: [RouterOutlet, RouterLink, AccountMenu, AlarmBanner, ConsoleSearch, Keyboard, LinkIndicator, Logo, Rail],
  template: `
    <div class="app" [class.not-live]="!live.isLive()">
      <a class="btn skip" href="#main" (click)="skip($event)">{{ t('nav.skip') }}</a>
      <header class="top">
        <a class="brand" routerLink="/" [attr.aria-label]="t('nav.home')"><cp-logo /><b>Cupola</b></a>
        <div class="crumb cut">
          @for (crumb of crumbs.trail(); track $index; let last = $last) {
            @if (last) {
              <b>{{ crumb.label }}</b>
            } @else {
              @if (crumb.to) {
                <a [routerLink]="crumb.to">{{ crumb.label }}</a>
              } @else {
                {{ crumb.label }}
              }
              /
            }
          }
        </div>
        <cp-console-search />
        <cp-link-indicator />
        <cp-account-menu (keys)="keyboard.open()" />
      </header>
      <div class="banner">
        @if (lostSince(); as since) {
          <div class="lost-note" role="alert">{{ t('link.lostNote', { time: since }) }}</div>
        }
        @if (mayReadAlarms()) {
          <cp-alarm-banner />
        }
      </div>
      <cp-rail />
      <main id="main" tabindex="-1"><router-outlet /></main>
      <cp-keyboard #keyboard />
    </div>
  `,
})
export class Shell {
  protected readonly t = inject(Words).t;
  protected readonly live = inject(LiveConnection);
  protected readonly crumbs = inject(Crumbs);
  private readonly format = inject(Format);
  private readonly session = inject(Session);
  private readonly router = inject(Router);

  protected readonly lostSince = computed(() => {
    const link = this.live.link();
    return link.kind === 'lost' ? this.format.time(link.since) : null;
  });

  protected readonly mayReadAlarms = computed(() => this.session.can('alarms.read'));

  constructor() {
    effect(() => {
      if (this.session.status() === 'anonymous') void this.router.navigate(['/login'], { queryParams: { to: this.router.url } });
    });
  }

  protected skip(event: Event): void {
    event.preventDefault();
    document.getElementById('main')?.focus();
  }
}
