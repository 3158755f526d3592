import { Component, computed, debounced, effect, inject, linkedSignal, input, resource, signal, untracked } from '@angular/core';
import { Router } from '@angular/router';
import { Api } from '../../core/api';
import { Crumbs } from '../../core/crumbs';
import { Format } from '../../core/format';
import { asRefused } from '../../core/refused';
import type { Refused } from '../../core/refused';
import type { AuditRecord } from '../../core/wire';
import { Words } from '../../core/words';
import { Failure } from '../../ui/failure';
import { Skeleton } from '../../ui/skeleton';
import { AuditWords } from './audit-words';

const SPANS = { day: 86_400_000, week: 7 * 86_400_000, month: 30 * 86_400_000 } as const;
type Span = keyof typeof SPANS;

/** Who changed what, who tried, and what was different afterwards. Nobody can edit it, here or anywhere. */
@Component({
  selector: 'cp-audit-page',
  imports: [Failure, Skeleton],
  host: { class: 'page' },
  templateUrl: './audit-page.html',
})
export class AuditPage {
  private readonly api = inject(Api);
  private readonly router = inject(Router);
  protected readonly format = inject(Format);
  protected readonly words = inject(AuditWords);
  protected readonly t = inject(Words).t;
  /** The filter is part of the address. */
  readonly person = input<string>();
  readonly target = input<string>();
  readonly result = input<string>();
  readonly span = input<string>();
  protected readonly typedPerson = linkedSignal(() => this.person() ?? '');
  protected readonly typedTarget = linkedSignal(() => this.target() ?? '');
  private readonly typed = debounced(() => ({ person: this.typedPerson().trim() || null, target: this.typedTarget().trim() || null }), 300);

  private readonly key = computed(() => JSON.stringify([this.person(), this.target(), this.result(), this.span()]));
  protected readonly first = resource({ params: () => this.key(), loader: async ({ params, abortSignal }) => ({ key: params, page: await this.api.audit(this.query(null), abortSignal) }) });
  private readonly known = signal<{ key: string; items: readonly AuditRecord[]; cursor: string | null } | null>(null);
  private readonly shown = computed(() => (this.known()?.key === this.key() ? this.known() : null));
  protected readonly rows = computed(() => this.shown()?.items.map((record) => ({ record, key: `${record.chain}/${record.number}`, changes: this.words.changes(record) })) ?? null);
  protected readonly cursor = computed(() => this.shown()?.cursor ?? null);
  protected readonly isFiltered = computed(() => [this.person(), this.target(), this.result(), this.span()].some(Boolean));
  protected readonly loadingMore = signal(false);
  protected readonly problem = signal<Refused | null>(null);

  constructor() {
    inject(Crumbs).trail.set([{ label: this.t('nav.audit') }]);
    effect(() => {
      if (!this.first.hasValue()) return;
      const { key, page } = this.first.value();
      this.known.set({ key, items: page.items, cursor: page.nextCursor });
    });
    effect(() => {
      const typed = this.typed.value();
      // The address may change by other means: then what was typed before must not bring the old filter back.
      const [person, target] = untracked(() => [this.person() ?? null, this.target() ?? null]);
      if (typed.person !== person || typed.target !== target) this.show({ ...typed });
    });
  }

  protected textOf(event: Event): string {
    return (event.target as HTMLInputElement | HTMLSelectElement).value;
  }

  protected show(query: Record<string, string | null>): void {
    void this.router.navigate([], { queryParams: query, queryParamsHandling: 'merge', replaceUrl: true });
  }

  protected async more(): Promise<void> {
    const before = this.shown();
    if (!before?.cursor || this.loadingMore()) return;
    this.loadingMore.set(true);
    this.problem.set(null);
    try {
      const { items, nextCursor } = await this.api.audit(this.query(before.cursor));
      this.known.update((now) => (now?.key === before.key ? { key: now.key, items: [...now.items, ...items], cursor: nextCursor } : now));
    } catch (thrown) {
      this.problem.set(asRefused(thrown));
    } finally {
      this.loadingMore.set(false);
    }
  }

  private query(cursor: string | null): Record<string, string | null> {
    const span = this.span();
    const from = span !== undefined && span in SPANS ? new Date(Date.now() - SPANS[span as Span]).toISOString() : null;
    return { person: this.person() ?? null, target: this.target() ?? null, result: this.result() ?? null, from, cursor };
  }
}
