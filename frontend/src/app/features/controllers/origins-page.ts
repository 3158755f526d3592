import { Component, computed, effect, inject, linkedSignal, resource, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Api } from '../../core/api';
import { Crumbs } from '../../core/crumbs';
import { asRefused } from '../../core/refused';
import type { Refused } from '../../core/refused';
import { Session } from '../../core/session';
import { Sites } from '../../core/sites';
import { Words } from '../../core/words';
import { LiveConnection } from '../../live/live-connection';
import { Failure } from '../../ui/failure';
import { RefusalNote } from '../../ui/refusal-note';
import { Skeleton } from '../../ui/skeleton';
import { originOf } from './origin-of';
import { RemoveOrigin } from './remove-origin';

/** From which web origins the controllers of a site may connect, if they name one at all. */
@Component({
  selector: 'cp-origins-page',
  imports: [Failure, RefusalNote, RemoveOrigin, RouterLink, Skeleton],
  host: { class: 'page' },
  templateUrl: './origins-page.html',
})
export class OriginsPage {
  private readonly api = inject(Api);
  private readonly session = inject(Session);
  private readonly sitesKnown = inject(Sites);
  protected readonly live = inject(LiveConnection);
  protected readonly t = inject(Words).t;

  protected readonly sites = this.sitesKnown.sites;
  protected readonly sitesFailed = this.sitesKnown.failure;
  /** The first one, until another is chosen. */
  protected readonly site = linkedSignal<string | null>(() => this.sites()?.[0]?.id ?? null);
  protected readonly siteName = computed(() => this.sites()?.find(({ id }) => id === this.site())?.name ?? '');
  protected readonly loaded = resource({
    params: () => this.site() ?? undefined,
    loader: ({ params, abortSignal }) => this.api.deviceOrigins(params, abortSignal),
  });
  protected readonly origins = computed(() => (this.loaded.hasValue() ? [...this.loaded.value().origins].sort() : null));
  protected readonly mayChange = computed(() => this.session.can('controllers.origins'));
  protected readonly typed = signal('');
  protected readonly tried = signal(false);
  protected readonly busy = signal(false);
  protected readonly refused = signal<Refused | null>(null);
  protected readonly removing = signal<string | null>(null);
  protected readonly isWrong = computed(() => this.tried() && originOf(this.typed()) === null);

  constructor() {
    const crumbs = inject(Crumbs);
    effect(() => crumbs.trail.set([{ label: this.t('nav.controllers'), to: '/controllers' }, { label: this.t('origins.title') }]));
  }

  protected choose(event: Event): void {
    this.site.set((event.target as HTMLSelectElement).value);
    this.refused.set(null);
  }

  protected type(event: Event): void {
    this.typed.set((event.target as HTMLInputElement).value);
    this.tried.set(false);
  }

  protected async add(event: Event): Promise<void> {
    event.preventDefault();
    const [site, origin] = [this.site(), originOf(this.typed())];
    this.tried.set(true);
    if (site === null || origin === null) return;
    this.busy.set(true);
    this.refused.set(null);
    try {
      await this.api.changeDeviceOrigins(site, (known) => [...new Set([...known, origin])]);
      this.typed.set('');
      this.tried.set(false);
      this.loaded.reload();
    } catch (thrown) {
      this.refused.set(asRefused(thrown));
    } finally {
      this.busy.set(false);
    }
  }

  protected removed(): void {
    this.removing.set(null);
    this.loaded.reload();
  }
}
