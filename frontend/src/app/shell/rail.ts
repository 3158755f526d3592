import { Component, computed, inject } from '@angular/core';
import { RouterLink, RouterLinkActive } from '@angular/router';
import { Crumbs } from '../core/crumbs';
import { Session } from '../core/session';
import { SimulationDesk } from '../core/simulation-desk';
import { Sites } from '../core/sites';
import { Words } from '../core/words';
import { AlarmStore } from '../live/alarm-store';
import { Icon } from '../ui/icon';
import { FAULTS_PAGE, PAGES } from './pages';
import { RailFloors } from './rail-floors';

/** The console's pages, and the floors of the building that is being looked at. */
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
      @if (building(); as building) {
        <cp-rail-floors [building]="building" />
      }
    </nav>
  `,
})
export class Rail {
  private readonly session = inject(Session);
  private readonly sites = inject(Sites);
  private readonly crumbs = inject(Crumbs);
  private readonly desk = inject(SimulationDesk);
  protected readonly alarms = inject(AlarmStore);
  protected readonly t = inject(Words).t;
  protected readonly entries = computed(() => [...PAGES.filter(({ needs }) => this.session.permissions().has(needs)), ...(this.desk.isThere() ? [FAULTS_PAGE] : [])]);

  /** The building of the present page; on other pages the only one there is. */
  protected readonly building = computed(() => {
    const all = this.sites.buildings();
    const named = this.crumbs.building();
    const found = all.find(({ building }) => building.id === named) ?? (all.length === 1 ? all[0] : undefined);
    if (!found) return null;
    return { ...found.building, floors: [...found.building.floors].sort((a, b) => b.level - a.level) };
  });
}
