import { Component, computed, inject } from '@angular/core';
import { RouterLink, RouterLinkActive } from '@angular/router';
import type { Permission } from '@cupola/domain';
import { Crumbs } from '../core/crumbs';
import { Session } from '../core/session';
import { Sites } from '../core/sites';
import { Words } from '../core/words';
import type { WordKey } from '../core/words';
import { summarise } from '../live/alarm-order';
import type { AlarmSummary } from '../live/alarm-order';
import { AlarmStore } from '../live/alarm-store';
import { AlarmBadge } from '../ui/alarm-badge';
import { Icon } from '../ui/icon';
import type { IconName } from '../ui/icon';

interface Entry {
  to: string;
  icon: IconName;
  word: WordKey;
  needs: Permission;
}

const ENTRIES: readonly Entry[] = [
  { to: '/', icon: 'overview', word: 'nav.overview', needs: 'building.read' },
  { to: '/floors', icon: 'floor', word: 'nav.floors', needs: 'building.read' },
  { to: '/alarms', icon: 'alarm', word: 'nav.alarms', needs: 'alarms.read' },
  { to: '/overrides', icon: 'hand', word: 'nav.overrides', needs: 'overrides.read' },
  { to: '/controllers', icon: 'controllers', word: 'nav.controllers', needs: 'controllers.read' },
  { to: '/users', icon: 'users', word: 'nav.users', needs: 'users.read' },
  { to: '/import', icon: 'import', word: 'nav.import', needs: 'building.import' },
];

/** The console's pages, and the floors of the building that is being looked at. */
@Component({
  selector: 'cp-rail',
  imports: [RouterLink, RouterLinkActive, AlarmBadge, Icon],
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
        <h2 class="cut">{{ building.name }}</h2>
        <div class="floors">
          @for (floor of building.floors; track floor.id) {
            <a [routerLink]="['/floors', floor.id]" routerLinkActive="on" ariaCurrentWhenActive="page">
              <b>{{ floor.level }}</b><em class="cut">{{ floor.name }}</em>
              @if (worstOn(floor.id); as worst) {
                <span class="rail-alarm"><cp-alarm-badge [priority]="worst.priority" [state]="worst.state" [size]="16" /><span class="sr-only">{{ n('alarm.spokenCount', worst.count) }}, {{ t('alarm.priorityN', { n: worst.priority }) }}</span></span>
              }
              @if (floor.controllersOffline > 0) {
                <small class="off" [attr.title]="n('overview.offline', floor.controllersOffline)">{{ floor.controllersOffline }}</small>
              }
            </a>
          }
          @if (building.plantPoints > 0) {
            <a [routerLink]="['/buildings', building.id, 'plant']" routerLinkActive="on" ariaCurrentWhenActive="page">
              <cp-icon name="plant" [size]="15" /><em class="cut">{{ t('nav.plant') }}</em>
            </a>
          }
        </div>
      }
    </nav>
  `,
})
export class Rail {
  private readonly session = inject(Session);
  private readonly sites = inject(Sites);
  private readonly crumbs = inject(Crumbs);
  private readonly words = inject(Words);
  protected readonly alarms = inject(AlarmStore);
  protected readonly t = this.words.t;
  protected readonly n = this.words.n;
  protected readonly entries = computed(() => ENTRIES.filter(({ needs }) => this.session.permissions().has(needs)));

  /** The building of the present page; on other pages the only one there is. */
  protected readonly building = computed(() => {
    const all = this.sites.buildings();
    const named = this.crumbs.building();
    const found = all.find(({ building }) => building.id === named) ?? (all.length === 1 ? all[0] : undefined);
    if (!found) return null;
    return { ...found.building, floors: [...found.building.floors].sort((a, b) => b.level - a.level) };
  });

  protected worstOn(floorId: string): AlarmSummary | null {
    return summarise(this.alarms.ofFloor(floorId));
  }
}
