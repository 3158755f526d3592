import { Component, DestroyRef, computed, inject, signal } from '@angular/core';
import { DOCUMENT } from '@angular/common';
import { Router } from '@angular/router';
import { Session } from '../core/session';
import { Shortcuts, isSingleKey } from '../core/shortcuts';
import { Words } from '../core/words';
import { Modal } from '../ui/modal';
import { PAGES } from './pages';

/** A second key after G counts for this long. */
const PATIENCE_MS = 1500;
/** What closes the panel beside a page. */
const CLOSER = 'main [data-escape]';
/** Lists with keys of their own, the alarms, are grids. */
const ROWS = 'main table:not([role=grid]) tbody tr a[href]';

/** Single keys that work on every page, and the dialog that names them all. None of them writes anything. */
@Component({
  selector: 'cp-keyboard',
  imports: [Modal],
  template: `
    @if (isHelpOpen()) {
      <cp-modal [heading]="t('keys.title')" (closed)="isHelpOpen.set(false)">
        <div class="stack">
          <dl class="keys">
            <dt><kbd>/</kbd></dt><dd>{{ t('keys.search') }}</dd>
            @for (page of pages(); track page.to) {
              <dt><kbd>G</kbd> <kbd>{{ page.key.toUpperCase() }}</kbd></dt><dd>{{ t(page.word) }}</dd>
            }
            <dt><kbd>J</kbd> <kbd>K</kbd></dt><dd>{{ t('keys.walk') }}</dd>
            <dt><kbd>Enter</kbd></dt><dd>{{ t('keys.open') }}</dd>
            @if (session.can('alarms.acknowledge')) {
              <dt><kbd>A</kbd></dt><dd>{{ t('keys.acknowledge') }}</dd>
              <dt><kbd>C</kbd></dt><dd>{{ t('keys.comment') }}</dd>
            }
            <dt><kbd>Esc</kbd></dt><dd>{{ t('keys.close') }}</dd>
            <dt><kbd>?</kbd></dt><dd>{{ t('keys.help') }}</dd>
          </dl>
          <p class="mute">{{ t('keys.noWrite') }}</p>
          <label class="choice"><input type="checkbox" [checked]="shortcuts.enabled()" (change)="shortcuts.choose(shortcuts.enabled() ? 'off' : 'on')" />{{ t('keys.enabled') }}</label>
        </div>
      </cp-modal>
    }
  `,
})
export class Keyboard {
  private readonly router = inject(Router);
  private readonly document = inject(DOCUMENT);
  protected readonly session = inject(Session);
  protected readonly shortcuts = inject(Shortcuts);
  protected readonly t = inject(Words).t;
  protected readonly isHelpOpen = signal(false);
  protected readonly pages = computed(() => PAGES.filter(({ needs }) => this.session.can(needs)));
  /** When G was pressed, in the events' own time. */
  private goneAt: number | null = null;

  constructor() {
    // Before the page's own keys: in the alarm list, the A of "G A" must not acknowledge.
    const early = (event: KeyboardEvent) => this.goTo(event);
    const late = (event: KeyboardEvent) => this.others(event);
    this.document.addEventListener('keydown', early, true);
    this.document.addEventListener('keydown', late);
    inject(DestroyRef).onDestroy(() => {
      this.document.removeEventListener('keydown', early, true);
      this.document.removeEventListener('keydown', late);
    });
  }

  open(): void {
    this.isHelpOpen.set(true);
  }

  private goTo(event: KeyboardEvent): void {
    const before = this.goneAt;
    this.goneAt = null;
    if (!this.shortcuts.enabled() || !isSingleKey(event)) return;
    const key = event.key.toLowerCase();
    const page = before !== null && event.timeStamp - before <= PATIENCE_MS ? this.pages().find((each) => each.key === key) : undefined;
    if (page) {
      event.preventDefault();
      event.stopPropagation();
      void this.router.navigateByUrl(page.to);
    } else if (key === 'g') this.goneAt = event.timeStamp;
  }

  private others(event: KeyboardEvent): void {
    if (event.defaultPrevented || !isSingleKey(event)) return;
    if (event.key === 'Escape') this.close();
    if (!this.shortcuts.enabled()) return;
    if (event.key === '?') this.open();
    else if (event.key === 'j') this.walk(1);
    else if (event.key === 'k') this.walk(-1);
    else return;
    event.preventDefault();
  }

  /** Who was inside goes on in the page, not at its very top. */
  private close(): void {
    // A menu above the page is what is open, and the browser closes it.
    if ([...this.document.querySelectorAll('[popover]')].some((menu) => menu.matches(':popover-open'))) return;
    const closer = this.document.querySelector<HTMLElement>(CLOSER);
    const wasInside = closer?.closest('aside')?.contains(this.document.activeElement);
    closer?.click();
    if (wasInside) this.document.getElementById('main')?.focus();
  }

  private walk(by: 1 | -1): void {
    const links = [...this.document.querySelectorAll<HTMLElement>(ROWS)];
    const rowOf = (element: Element | null) => element?.closest('tr') ?? null;
    const firsts = links.filter((link, at) => rowOf(link) !== rowOf(links[at - 1] ?? null));
    const at = firsts.findIndex((link) => rowOf(link) === rowOf(this.document.activeElement));
    firsts[at < 0 ? 0 : Math.min(Math.max(at + by, 0), firsts.length - 1)]?.focus();
  }
}
