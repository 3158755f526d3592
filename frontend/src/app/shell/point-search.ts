import { Component, computed, debounced, inject, resource, signal, viewChild } from '@angular/core';
import type { ElementRef } from '@angular/core';
import { Router } from '@angular/router';
import { Api } from '../core/api';
import { Format } from '../core/format';
import { Sites } from '../core/sites';
import { Words } from '../core/words';
import { Icon } from '../ui/icon';
import type { IconName } from '../ui/icon';

interface Hit {
  id: string;
  icon: IconName;
  label: string;
  where: string;
  value: string;
  to: string;
}

/** Finds points and floors from anywhere; `/` brings the cursor here. */
@Component({
  selector: 'cp-point-search',
  imports: [Icon],
  host: { class: 'search', role: 'search', '(document:keydown)': 'hotkey($event)', '(focusout)': 'leave($event)' },
  template: `
    <input
      #box
      type="search"
      role="combobox"
      autocomplete="off"
      aria-controls="found"
      aria-autocomplete="list"
      [attr.aria-expanded]="open()"
      [attr.aria-activedescendant]="open() && hits()[at()] ? 'hit-' + at() : null"
      [attr.aria-label]="t('search.label')"
      [placeholder]="t('search.placeholder')"
      [value]="typed()"
      (input)="type($event)"
      (focus)="open.set(typed() !== '')"
      (keydown)="keys($event)"
    />
    <kbd aria-hidden="true">/</kbd>
    @if (open()) {
      <div class="found">
        @if (searching()) {
          <p role="status">{{ t('search.searching') }}</p>
        } @else if (hits().length === 0) {
          <p role="status">{{ found.error() ? t('search.failed') : t('search.none', { text: typed() }) }}</p>
        }
        <div id="found" role="listbox" [attr.aria-label]="t('search.results')">
          @for (hit of hits(); track hit.id; let i = $index) {
            <div role="option" tabindex="-1" [id]="'hit-' + i" [attr.aria-selected]="i === at()" (mousedown)="go(hit)" (mouseenter)="at.set(i)">
              <cp-icon [name]="hit.icon" [size]="15" /><span class="cut">{{ hit.label }}</span><span class="num">{{ hit.value }}</span>
              <small class="cut">{{ hit.where }}</small>
            </div>
          }
        </div>
      </div>
    }
  `,
})
export class PointSearch {
  private readonly api = inject(Api);
  private readonly sites = inject(Sites);
  private readonly format = inject(Format);
  private readonly router = inject(Router);
  protected readonly t = inject(Words).t;
  private readonly box = viewChild.required<ElementRef<HTMLInputElement>>('box');
  protected readonly typed = signal('');
  protected readonly open = signal(false);
  protected readonly at = signal(0);
  private readonly settled = debounced(this.typed, 220);
  protected readonly found = resource({
    params: () => this.settled.value().trim() || undefined,
    loader: ({ params, abortSignal }) => this.api.searchPoints(params, abortSignal),
  });
  protected readonly searching = computed(() => this.settled.isLoading() || this.found.isLoading());

  protected readonly hits = computed<Hit[]>(() => {
    const text = this.typed().trim().toLowerCase();
    if (!text) return [];
    const floors = this.sites.buildings().flatMap(({ building }) =>
      building.floors
        .filter(({ name }) => name.toLowerCase().includes(text))
        .map((floor): Hit => ({ id: floor.id, icon: 'floor', label: floor.name, where: building.name, value: '', to: `/floors/${floor.id}` })),
    );
    const points = this.found.hasValue() ? this.found.value().items : [];
    return [
      ...floors.slice(0, 3),
      ...points.map((point): Hit => ({
        id: point.id,
        icon: 'point',
        label: point.label,
        where: [point.building.name, point.floor?.name, point.zone?.name, point.equipment?.name].filter(Boolean).join(', '),
        value: point.quality === 'GOOD' ? this.format.valueWithUnit(point.value, point) : '',
        to: point.floor ? `/floors/${point.floor.id}?point=${point.id}` : `/points/${point.id}`,
      })),
    ];
  });

  protected type(event: Event): void {
    this.typed.set((event.target as HTMLInputElement).value);
    this.open.set(this.typed().trim() !== '');
    this.at.set(0);
  }

  protected keys(event: KeyboardEvent): void {
    const last = this.hits().length - 1;
    if (event.key === 'ArrowDown') this.at.update((at) => Math.min(at + 1, last));
    else if (event.key === 'ArrowUp') this.at.update((at) => Math.max(at - 1, 0));
    else if (event.key === 'Escape') this.open.set(false);
    else if (event.key === 'Enter') {
      const hit = this.hits()[this.at()];
      if (hit) this.go(hit);
    } else return;
    event.preventDefault();
  }

  protected go(hit: Hit): void {
    this.open.set(false);
    this.typed.set('');
    void this.router.navigateByUrl(hit.to);
  }

  protected hotkey(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.key !== '/' || event.ctrlKey || event.metaKey || target.closest('input, textarea, select, dialog')) return;
    event.preventDefault();
    this.box().nativeElement.focus();
  }

  protected leave(event: FocusEvent): void {
    const inside = (event.currentTarget as HTMLElement).contains(event.relatedTarget as Node | null);
    if (!inside) this.open.set(false);
  }
}
