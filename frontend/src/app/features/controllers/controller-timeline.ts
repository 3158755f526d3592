import { NgTemplateOutlet } from '@angular/common';
import { Component, DestroyRef, computed, effect, inject, input, resource, signal } from '@angular/core';
import type { TimelineEntry } from '@cupola/contracts';
import { Api } from '../../core/api';
import { Format } from '../../core/format';
import { asRefused } from '../../core/refused';
import type { Refused } from '../../core/refused';
import { Words } from '../../core/words';
import { LiveConnection } from '../../live/live-connection';
import { Failure } from '../../ui/failure';
import { Segments } from '../../ui/segments';
import { Skeleton } from '../../ui/skeleton';
import { foldCycles } from './timeline-folds';
import type { Fold } from './timeline-folds';
import { isTrouble, TIMELINE_GROUPS } from './timeline-groups';
import type { TimelineGroup } from './timeline-groups';
import { TimelineWords } from './timeline-words';

const REFRESH_MS = 10_000;
const FILTERS = ['all', 'link', 'access', 'samples'] as const;

/** What happened to one controller in thirty days: newest first, repetitions in one line. */
@Component({
  selector: 'cp-controller-timeline',
  imports: [Failure, NgTemplateOutlet, Segments, Skeleton],
  template: `
    <div class="row"><h2>{{ t('controller.timeline') }}</h2><span class="grow"></span>
      <cp-segments [label]="t('timeline.filter.title')" [segments]="filters()" [chosen]="filter()" (choose)="choose($event)" /></div>
    @if (entries()) {
      <ol class="timeline happened">
        @for (row of rows(); track row.id) {
          @if (row.fold; as fold) {
            <li class="trouble">
              <time class="mute" [attr.datetime]="fold.until">{{ format.time(fold.until, zone()) }}</time>
              <div>
                {{ t('timeline.folded', { n: fold.times, from: format.time(fold.from, zone()), until: format.time(fold.until, zone()) }) }}
                <div><button type="button" class="btn small unfold" [attr.aria-expanded]="isOpen(fold)" (click)="turn(fold)">{{ t(isOpen(fold) ? 'timeline.fold' : 'timeline.open') }}</button></div>
                @if (isOpen(fold)) {
                  <ol class="timeline happened">
                    @for (entry of fold.entries; track entry.id) {
                      <ng-container [ngTemplateOutlet]="line" [ngTemplateOutletContext]="{ $implicit: entry }" />
                    }
                  </ol>
                }
              </div>
            </li>
          } @else {
            <ng-container [ngTemplateOutlet]="line" [ngTemplateOutletContext]="{ $implicit: row.entry }" />
          }
        } @empty {
          <li class="none mute">{{ t('timeline.none') }}</li>
        }
      </ol>
      <ng-template #line let-entry>
        <li [class.trouble]="isTrouble(entry.kind)">
          <time class="mute" [attr.datetime]="entry.at">{{ format.time(entry.at, zone()) }}</time>
          <div>
            {{ words.what(entry) }}@if (entry.count > 1) {<span class="mute">, {{ n('timeline.times', entry.count, { time: format.time(entry.until, zone()) }) }}</span>}
            @if (words.details(entry); as details) {
              <div class="quiet">{{ details }}</div>
            }
          </div>
        </li>
      </ng-template>
      @if (cursor() !== null) {
        <button type="button" class="btn small" [disabled]="loadingMore()" (click)="more()">{{ t('timeline.more') }}</button>
      }
      @if (problem(); as problem) {
        <cp-failure [thrown]="problem" (retry)="more()" />
      }
    } @else if (first.error()) {
      <cp-failure [thrown]="first.error()" (retry)="first.reload()" />
    } @else {
      <cp-skeleton [rows]="4" />
    }
  `,
  host: { class: 'stack' },
})
export class ControllerTimeline {
  private readonly api = inject(Api);
  private readonly sentences = inject(Words);
  protected readonly format = inject(Format);
  protected readonly words = inject(TimelineWords);
  protected readonly t = this.sentences.t;
  protected readonly n = this.sentences.n;
  protected readonly isTrouble = isTrouble;
  readonly controllerId = input.required<string>();
  /** Changes whenever the controller did something: then the timeline is read again. */
  readonly revision = input.required<string>();
  readonly zone = input.required<string | undefined>();

  protected readonly filter = signal<TimelineGroup | 'all'>('all');
  protected readonly filters = computed(() => FILTERS.map((key) => ({ key, label: this.t(`timeline.filter.${key}`) })));
  private readonly kinds = computed(() => {
    const group = this.filter();
    return group === 'all' ? '' : TIMELINE_GROUPS[group].join();
  });
  private readonly key = computed(() => `${this.controllerId()}/${this.kinds()}`);
  protected readonly first = resource({
    params: () => ({ key: this.key(), revision: this.revision() }),
    loader: async ({ params, abortSignal }) => ({ key: params.key, page: await this.api.timeline(this.controllerId(), { kind: this.kinds() }, abortSignal) }),
  });
  /** What was read, under the filter it was read with: it stays while its newest part is read again. */
  private readonly known = signal<{ key: string; items: readonly TimelineEntry[]; cursor: string | null } | null>(null);
  private readonly shown = computed(() => (this.known()?.key === this.key() ? this.known() : null));
  protected readonly entries = computed(() => this.shown()?.items ?? null);
  protected readonly rows = computed(() => foldCycles(this.entries() ?? []));
  /** An entry of each fold that was opened: a fold grows at both ends while it is looked at. */
  private readonly opened = signal<ReadonlySet<number>>(new Set());
  protected readonly cursor = computed(() => this.shown()?.cursor ?? null);
  protected readonly loadingMore = signal(false);
  protected readonly problem = signal<Refused | null>(null);

  constructor() {
    effect(() => {
      if (this.first.hasValue()) this.renew(this.first.value());
    });
    const live = inject(LiveConnection);
    const timer = setInterval(() => {
      if (live.isLive()) this.first.reload();
    }, REFRESH_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }

  protected choose(filter: string): void {
    this.filter.set(FILTERS.find((each) => each === filter) ?? 'all');
  }

  protected isOpen({ entries }: Fold): boolean {
    return entries.some(({ id }) => this.opened().has(id));
  }

  protected turn(fold: Fold): void {
    const ids = fold.entries.map(({ id }) => id);
    this.opened.update((opened) => (this.isOpen(fold) ? new Set([...opened].filter((id) => !ids.includes(id))) : new Set([...opened, ...ids])));
  }

  protected async more(): Promise<void> {
    const before = this.shown();
    if (!before?.cursor || this.loadingMore()) return;
    this.loadingMore.set(true);
    this.problem.set(null);
    try {
      const { items, nextCursor } = await this.api.timeline(this.controllerId(), { kind: this.kinds(), before: before.cursor });
      this.known.update((now) => (now?.key === before.key ? { key: now.key, items: [...now.items, ...items], cursor: nextCursor } : now));
    } catch (thrown) {
      this.problem.set(asRefused(thrown));
    } finally {
      this.loadingMore.set(false);
    }
  }

  /** The newest page takes the place of what it covers; older entries that were asked for stay below it. */
  private renew({ key, page }: { key: string; page: { items: TimelineEntry[]; nextCursor: string | null } }): void {
    this.known.update((now) => {
      const oldest = page.items.at(-1)?.id ?? 0;
      const older = now?.key === key && page.nextCursor !== null ? now.items.filter(({ id }) => id < oldest) : [];
      return { key, items: [...page.items, ...older], cursor: older.length > 0 ? (now?.cursor ?? null) : page.nextCursor };
    });
  }
}
