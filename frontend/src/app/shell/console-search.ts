import { Component, computed, debounced, inject, resource, signal, viewChild } from '@angular/core';
import type { ElementRef } from '@angular/core';
import { Router } from '@angular/router';
import { Api } from '../core/api';
import { Format } from '../core/format';
import { Session } from '../core/session';
import { Shortcuts, isSingleKey } from '../core/shortcuts';
import { Sites } from '../core/sites';
import { Words } from '../core/words';
import { Icon } from '../ui/icon';
import { ACTIONS, PAGES } from './pages';
import { controllerHits, finds, floorHits, grouped, pointHits, zoneHits } from './search-hits';
import type { Hit } from './search-hits';

/** Finds zones, floors, points, controllers, pages and actions from anywhere; `/` brings the cursor here. */
@Component({
  selector: 'cp-console-search',
  imports: [Icon],
  host: { class: 'search', role: 'search', '(document:keydown)': 'hotkey($event)', '(focusout)': 'leave($event)' },
  templateUrl: './console-search.html',
})
export class ConsoleSearch {
  private readonly api = inject(Api);
  private readonly sites = inject(Sites);
  private readonly session = inject(Session);
  private readonly format = inject(Format);
  private readonly router = inject(Router);
  private readonly shortcuts = inject(Shortcuts);
  protected readonly t = inject(Words).t;
  protected readonly groupWords = { zones: 'search.group.zones', floors: 'search.group.floors', points: 'search.group.points', controllers: 'search.group.controllers', pages: 'search.group.pages' } as const;
  private readonly box = viewChild.required<ElementRef<HTMLInputElement>>('box');
  protected readonly typed = signal('');
  protected readonly open = signal(false);
  protected readonly at = signal(0);
  private readonly settled = debounced(this.typed, 220);
  /** The server searches, a few of each kind: a large house is never read whole. */
  private readonly wanted = computed(() => this.settled.value().trim() || undefined);

  protected readonly points = resource({
    params: () => this.wanted(),
    loader: ({ params, abortSignal }) => this.api.searchPoints(params, abortSignal),
  });
  private readonly zones = resource({
    params: () => this.wanted(),
    loader: ({ params, abortSignal }) => this.api.searchZones(params, abortSignal),
  });
  private readonly controllers = resource({
    params: () => (this.session.can('controllers.read') ? this.wanted() : undefined),
    loader: ({ params, abortSignal }) => this.api.searchControllers(params, abortSignal),
  });
  private readonly sources = [this.points, this.zones, this.controllers];
  protected readonly searching = computed(() => this.settled.isLoading() || this.sources.some((source) => source.isLoading()));
  protected readonly failed = computed(() => this.sources.some((source) => source.status() === 'error'));

  protected readonly hits = computed(() => {
    const text = this.typed().trim();
    if (!text) return [];
    const zones = this.zones.hasValue() ? this.zones.value().items : [];
    const controllers = this.controllers.hasValue() ? this.controllers.value().items : [];
    const points = this.points.hasValue() ? this.points.value().items : [];
    return grouped([
      ...zoneHits(zones),
      ...floorHits(text, this.sites.buildings().map(({ building }) => building)),
      ...controllerHits(controllers, ({ link }) => this.t(`controller.link.${link}`)),
      ...pointHits(points, (point) => (point.quality === 'GOOD' ? this.format.valueWithUnit(point.value, point) : '')),
      ...this.pageHits(text),
    ]);
  });

  protected startsGroup(at: number): boolean {
    return this.hits()[at]?.group !== this.hits()[at - 1]?.group;
  }

  protected focused(): void {
    this.open.set(this.typed().trim() !== '');
  }

  protected type(event: Event): void {
    this.typed.set((event.target as HTMLInputElement).value);
    this.open.set(this.typed().trim() !== '');
    this.at.set(0);
  }

  protected keys(event: KeyboardEvent): void {
    const last = this.hits().length - 1;
    if (event.key === 'ArrowDown') this.at.update((at) => Math.min(at + 1, last));
    else if (event.key === 'ArrowUp') this.at.update((at) => Math.max(at - 1, 0));
    else if (event.key === 'Escape') this.escape();
    else if (event.key === 'Enter') {
      const hit = this.hits()[this.at()];
      if (hit) this.go(hit);
    } else return;
    event.preventDefault();
    document.getElementById(`hit-${this.at()}`)?.scrollIntoView?.({ block: 'nearest' });
  }

  protected go(hit: Hit): void {
    this.open.set(false);
    this.typed.set('');
    this.box().nativeElement.blur();
    document.getElementById('main')?.focus();
    void this.router.navigateByUrl(hit.to);
  }

  protected hotkey(event: KeyboardEvent): void {
    if (event.key !== '/' || event.defaultPrevented || !this.shortcuts.enabled() || !isSingleKey(event)) return;
    event.preventDefault();
    this.box().nativeElement.focus();
  }

  protected leave(event: FocusEvent): void {
    const inside = (event.currentTarget as HTMLElement).contains(event.relatedTarget as Node | null);
    if (!inside) this.open.set(false);
  }

  /** Closes the list first, then gives the keyboard back to the page. */
  private escape(): void {
    if (!this.open()) this.box().nativeElement.blur();
    this.open.set(false);
  }

  private pageHits(text: string): Hit[] {
    return [...PAGES, ...ACTIONS]
      .filter(({ needs, word }) => this.session.can(needs) && finds(text, this.t(word)))
      .map(({ to, icon, word }) => ({ id: to, group: 'pages', icon, label: this.t(word), where: '', value: '', to }));
  }
}
