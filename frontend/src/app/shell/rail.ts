import { Component, computed, inject, signal, viewChild } from '@angular/core';
import type { ElementRef } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { NavigationEnd, NavigationSkipped, Router, RouterLink, RouterLinkActive } from '@angular/router';
import { filter } from 'rxjs';
import { Crumbs } from '../core/crumbs';
import { Session } from '../core/session';
import { SimulationDesk } from '../core/simulation-desk';
import { Sites } from '../core/sites';
import { Words } from '../core/words';
import { AlarmStore } from '../live/alarm-store';
import { Icon } from '../ui/icon';
import { FAULTS_PAGE, PAGES } from './pages';
import { RailFloors } from './rail-floors';

/** As many pages as a thumb tells apart at the bottom of a phone; the style sheet hides those after them there. */
const WITHIN_REACH = 4;

/** The console's pages, and the floors of the building that is being looked at. On a phone the first few, and a sheet with all others. */
@Component({
  selector: 'cp-rail',
  imports: [RouterLink, RouterLinkActive, Icon, RailFloors],
  template: `
    <nav class="rail" [attr.aria-label]="t('nav.pages')">
      @for (entry of entries(); track entry.to) {
        <a [routerLink]="entry.to" routerLinkActive="on" ariaCurrentWhenActive="page" [routerLinkActiveOptions]="{ exact: entry.to === '/' }" [attr.title]="t(entry.word)">
          <cp-icon [name]="entry.icon" /><span>{{ t(entry.word) }}</span>
          @if (entry.to === '/alarms' && alarms.annunciated().length > 0) {
            <b class="rail-count value-text">{{ alarms.annunciated().length }}</b>
          }
        </a>
      }
      <button type="button" class="rail-more" popovertarget="more-pages"><cp-icon name="more" /><span>{{ t('nav.more') }}</span></button>
      @if (building(); as building) {
        <cp-rail-floors [building]="building" />
      }
    </nav>
    <div #sheet id="more-pages" popover class="sheet" role="dialog" [attr.aria-label]="t('nav.more')" (toggle)="followSheet($event)">
      @if (isSheetOpen()) {
        @for (entry of entries().slice(within); track entry.to) {
          <a [routerLink]="entry.to" routerLinkActive="on" ariaCurrentWhenActive="page"><cp-icon [name]="entry.icon" /><span>{{ t(entry.word) }}</span></a>
        }
        @if (building(); as building) {
          <cp-rail-floors [building]="building" />
        }
      }
    </div>
  `,
})
export class Rail {
  private readonly session = inject(Session);
  private readonly sites = inject(Sites);
  private readonly crumbs = inject(Crumbs);
  private readonly desk = inject(SimulationDesk);
  private readonly sheet = viewChild.required<ElementRef<HTMLElement>>('sheet');
  protected readonly alarms = inject(AlarmStore);
  protected readonly t = inject(Words).t;
  protected readonly within = WITHIN_REACH;
  protected readonly isSheetOpen = signal(false);
  protected readonly entries = computed(() => [...PAGES.filter(({ needs }) => this.session.permissions().has(needs)), ...(this.desk.isThere() ? [FAULTS_PAGE] : [])]);

  /** The building of the present page; on other pages the only one there is. */
  protected readonly building = computed(() => {
    const all = this.sites.buildings();
    const named = this.crumbs.building();
    const found = all.find(({ building }) => building.id === named) ?? (all.length === 1 ? all[0] : undefined);
    if (!found) return null;
    return { ...found.building, floors: [...found.building.floors].sort((a, b) => b.level - a.level) };
  });

  constructor() {
    // Clicks beside the sheet close it by themselves; whoever leaves by one of its links has seen enough of it.
    const arrivals = inject(Router).events.pipe(filter((event) => this.isSheetOpen() && (event instanceof NavigationEnd || event instanceof NavigationSkipped)));
    arrivals.pipe(takeUntilDestroyed()).subscribe(() => this.sheet().nativeElement.hidePopover());
  }

  protected followSheet(event: Event): void {
    this.isSheetOpen.set((event as ToggleEvent).newState === 'open');
  }
}
