import { Component, DestroyRef, computed, effect, inject, input, resource, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { NO_CLOCK } from '@cupola/domain';
import { Api } from '../../core/api';
import { ClassWords } from '../../core/class-words';
import { Crumbs } from '../../core/crumbs';
import { Format } from '../../core/format';
import { Session } from '../../core/session';
import { Sites } from '../../core/sites';
import type { Controller } from '../../core/wire';
import { Words } from '../../core/words';
import { LiveConnection } from '../../live/live-connection';
import { Failure } from '../../ui/failure';
import { Skeleton } from '../../ui/skeleton';
import { BindingTable } from './binding-table';
import { ClaimDialog } from './claim-dialog';
import { ConfirmDialog } from './confirm-dialog';
import { ControllerSecret } from './controller-secret';
import { ControllerSettlement } from './controller-settlement';
import { ControllerTimeline } from './controller-timeline';
import { LINK_STYLES, LINK_WORDS, REASON_WORDS, STATUS_WORDS } from './controller-words';
import { RevokeDialog } from './revoke-dialog';
import { TimelineWords } from './timeline-words';

/** A clock this near to the server's counts as right: source times within it are judged as they stand. */
const RIGHT_WITHIN_MS = 5_000;

/** One controller: why it is online or not, since when, what led there, and what it serves. */
@Component({
  selector: 'cp-controller-page',
  imports: [BindingTable, ClaimDialog, ConfirmDialog, ControllerSecret, ControllerSettlement, ControllerTimeline, Failure, RevokeDialog, RouterLink, Skeleton],
  host: { class: 'page' },
  templateUrl: './controller-page.html',
})
export class ControllerPage {
  private readonly api = inject(Api);
  private readonly sites = inject(Sites);
  protected readonly session = inject(Session);
  protected readonly live = inject(LiveConnection);
  protected readonly format = inject(Format);
  protected readonly t = inject(Words).t;
  protected readonly classes = inject(ClassWords);
  protected readonly linkWords = LINK_WORDS;
  protected readonly linkStyles = LINK_STYLES;
  protected readonly reasonWords = REASON_WORDS;
  protected readonly statusWords = STATUS_WORDS;
  protected readonly timelineWords = inject(TimelineWords);
  readonly id = input.required<string>();
  protected readonly dialog = signal<'confirm' | 'revoke' | 'claim' | null>(null);

  protected readonly loaded = resource({ params: () => this.id(), loader: ({ params, abortSignal }) => this.api.controller(params, abortSignal) });
  /** Kept while it is read again, so that the page does not blink at every change. */
  private readonly last = signal<Awaited<ReturnType<Api['controller']>> | null>(null);
  protected readonly controller = computed(() => (this.last()?.id === this.id() ? this.last() : null));
  protected readonly revision = computed(() => `${this.last()?.since}/${this.last()?.status}/${this.last()?.reason}/${this.last()?.claim?.expiresAt}`);
  protected readonly zone = computed(() => this.sites.zoneOf(this.controller()?.site.id ?? ''));

  constructor() {
    const crumbs = inject(Crumbs);
    effect(() => {
      if (this.loaded.hasValue()) this.last.set(this.loaded.value());
    });
    effect(() => crumbs.trail.set([{ label: this.t('nav.controllers'), to: '/controllers' }, { label: this.controller()?.name ?? '' }]));
    const topic = this.live.watch('controllers', { snapshot: (data) => this.hear(data, 'all'), delta: (data) => this.hear(data, 'changed') });
    inject(DestroyRef).onDestroy(() => this.live.unwatch(topic));
  }

  /** How far its clock is from the server's, in words; nothing where that is not measured yet. */
  protected clockOf({ offsetMs, source }: { offsetMs: number | null; source: string }): string {
    if (source === NO_CLOCK) return this.t('controller.clock.none');
    if (offsetMs === null) return '';
    if (Math.abs(offsetMs) < RIGHT_WITHIN_MS) return this.t('controller.clock.right');
    return this.t(offsetMs > 0 ? 'controller.clock.ahead' : 'controller.clock.behind', { span: this.format.span(Math.abs(offsetMs)) });
  }

  protected changed(): void {
    this.dialog.set(null);
    this.loaded.reload();
  }

  /** Timeline and bindings are read again whenever this controller changed in any way. */
  private hear(data: unknown, what: 'all' | 'changed'): void {
    const heard = (data as { controllers: Controller[] }).controllers.find(({ id }) => id === this.id());
    const known = this.last();
    if (heard && known && (what === 'changed' || heard.since !== known.since || heard.status !== known.status)) this.loaded.reload();
  }
}
