import { Component, computed, inject, input, linkedSignal, signal } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { ClassWords } from '../../core/class-words';
import { Crumbs } from '../../core/crumbs';
import { Format } from '../../core/format';
import { matchesAll } from '../../core/matches-all';
import { Session } from '../../core/session';
import { Ticker } from '../../core/ticker';
import { ServerClock } from '../../core/server-clock';
import type { Controller } from '../../core/wire';
import { Words } from '../../core/words';
import { LiveConnection } from '../../live/live-connection';
import { Failure } from '../../ui/failure';
import { Skeleton } from '../../ui/skeleton';
import { VirtualBox } from '../../ui/virtual-box';
import { VirtualWindow } from '../../ui/virtual-window';
import { ControllerStore } from './controller-store';
import { LINK_STYLES, LINK_WORDS, REASON_WORDS, STATUS_WORDS } from './controller-words';
import { CsvImport } from './csv-import';
import { RegisterForm } from './register-form';

const FILTERS = ['all', 'online', 'degraded', 'offline', 'never', 'pending', 'revoked'] as const;
type Filter = (typeof FILTERS)[number];
const ROW_HEIGHT = 44;
const TROUBLE_FIRST = { offline: 0, degraded: 1, never: 2, online: 3 } as const;

/** Every controller and why it is, or is not, online. */
@Component({
  selector: 'cp-controller-list',
  imports: [CsvImport, Failure, RegisterForm, RouterLink, Skeleton, VirtualBox],
  providers: [ControllerStore],
  host: { class: 'page' },
  templateUrl: './controller-list.html',
})
export class ControllerList {
  protected readonly store = inject(ControllerStore);
  protected readonly session = inject(Session);
  protected readonly live = inject(LiveConnection);
  protected readonly format = inject(Format);
  private readonly words = inject(Words);
  private readonly router = inject(Router);
  private readonly ticker = inject(Ticker);
  private readonly clock = inject(ServerClock);
  protected readonly t = this.words.t;
  protected readonly n = this.words.n;
  protected readonly classes = inject(ClassWords);
  protected readonly linkWords = LINK_WORDS;
  protected readonly linkStyles = LINK_STYLES;
  protected readonly reasonWords = REASON_WORDS;
  protected readonly statusWords = STATUS_WORDS;

  /** From the address: which link state or status is asked for. */
  readonly link = input<string>();
  protected readonly search = signal('');
  /** `register` opens the form at once. */
  readonly open = input<string>();
  protected readonly dialog = linkedSignal<'register' | 'csv' | null>(() => (this.open() === 'register' && this.session.can('controllers.register') ? 'register' : null));
  protected readonly filter = computed<Filter>(() => FILTERS.find((filter) => filter === this.link()) ?? 'all');
  protected readonly filters = computed(() =>
    FILTERS.map((key) => ({ key, label: this.t(`controller.filter.${key}`), count: this.ofFilter(key).length })),
  );

  protected readonly rows = computed(() => {
    const search = this.search();
    const found = this.ofFilter(this.filter()).filter(({ name, slot, serial, model, equipment, floor, building }) =>
      matchesAll([name, slot, serial, model, equipment?.name, floor?.name, building?.name], search),
    );
    return found.sort((a, b) => TROUBLE_FIRST[a.state] - TROUBLE_FIRST[b.state] || a.name.localeCompare(b.name, undefined, { numeric: true }));
  });
  protected readonly window = new VirtualWindow(this.rows, ROW_HEIGHT);

  constructor() {
    inject(Crumbs).trail.set([{ label: this.t('nav.controllers') }]);
  }

  protected since(controller: Controller): string {
    this.ticker.now();
    return this.format.span(Math.max(0, this.clock.now() - Date.parse(controller.since)));
  }

  protected show(filter: Filter): void {
    void this.router.navigate([], { queryParams: { link: filter === 'all' ? null : filter } });
  }

  protected type(event: Event): void {
    this.search.set((event.target as HTMLInputElement).value);
  }

  private ofFilter(filter: Filter): Controller[] {
    const all = this.store.controllers() ?? [];
    switch (filter) {
      case 'all':
        return [...all];
      case 'pending':
      case 'revoked':
        return all.filter(({ status }) => status === filter);
      default:
        return all.filter(({ state, status }) => state === filter && status !== 'revoked');
    }
  }
}
