import { Component, computed, effect, inject, resource, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { AlarmDefinition } from '@cupola/contracts';
import { Api } from '../../core/api';
import { Crumbs } from '../../core/crumbs';
import { Format } from '../../core/format';
import { matchesAll } from '../../core/matches-all';
import { asRefused } from '../../core/refused';
import type { Refused } from '../../core/refused';
import { Words } from '../../core/words';
import { LiveConnection } from '../../live/live-connection';
import { AlarmBadge } from '../../ui/alarm-badge';
import { Failure } from '../../ui/failure';
import { RefusalNote } from '../../ui/refusal-note';
import { Skeleton } from '../../ui/skeleton';
import { DefinitionForm } from './definition-form';
import { CONDITION_WORDS } from './definition-words';
import { DeleteDefinition } from './delete-definition';
import { WatchedWords } from './watched-words';

/** What counts as an alarm here: every definition, what it watches, and whether it is in force. */
@Component({
  selector: 'cp-definition-list',
  imports: [AlarmBadge, DefinitionForm, DeleteDefinition, Failure, RefusalNote, RouterLink, Skeleton],
  host: { class: 'page' },
  templateUrl: './definition-list.html',
})
export class DefinitionList {
  private readonly api = inject(Api);
  protected readonly live = inject(LiveConnection);
  protected readonly format = inject(Format);
  private readonly words = inject(Words);
  private readonly watched = inject(WatchedWords);
  protected readonly t = this.words.t;
  protected readonly n = this.words.n;
  protected readonly conditionWords = CONDITION_WORDS;
  protected readonly loaded = resource({ loader: ({ abortSignal }) => this.api.alarmDefinitions(abortSignal) });
  private readonly last = signal<readonly AlarmDefinition[] | null>(null);
  protected readonly search = signal('');
  protected readonly busy = signal<string | null>(null);
  protected readonly refused = signal<Refused | null>(null);
  /** The form: for a new definition, for one of them, or closed. */
  protected readonly editing = signal<AlarmDefinition | 'new' | null>(null);
  protected readonly deleting = signal<AlarmDefinition | null>(null);
  protected readonly edited = computed(() => {
    const editing = this.editing();
    return editing === 'new' ? null : editing;
  });

  protected readonly definitions = this.last.asReadonly();
  protected readonly rows = computed(() =>
    (this.last() ?? [])
      .map((definition) => ({ definition, name: this.watched.name(definition), target: this.watched.target(definition) }))
      .filter(({ name, target }) => matchesAll([name, target], this.search()))
      .sort((a, b) => a.definition.priority - b.definition.priority || a.name.localeCompare(b.name)),
  );

  constructor() {
    const crumbs = inject(Crumbs);
    effect(() => crumbs.trail.set([{ label: this.t('nav.alarms'), to: '/alarms' }, { label: this.t('definition.title') }]));
    effect(() => {
      if (this.loaded.hasValue()) this.last.set(this.loaded.value());
    });
  }

  protected type(event: Event): void {
    this.search.set((event.target as HTMLInputElement).value);
  }

  /** "above 24.5, deadband 0.5, after 10 min". A limit stands in the unit of the points, which may differ between them. */
  protected rule({ condition, limit, deadband, onDelayMs }: AlarmDefinition): string {
    const parts = [limit === null ? this.t(CONDITION_WORDS[condition]) : `${this.t(CONDITION_WORDS[condition])} ${this.format.number(limit, null)}`];
    if (deadband > 0) parts.push(this.t('alarm.deadband', { deadband: this.format.number(deadband, null) }));
    if (onDelayMs > 0) parts.push(this.t('definition.after', { span: this.format.span(onDelayMs) }));
    return parts.join(', ');
  }

  protected async toggle(definition: AlarmDefinition): Promise<void> {
    this.busy.set(definition.id);
    this.refused.set(null);
    try {
      await this.api.changeDefinition(definition.id, { enabled: !definition.enabled });
    } catch (thrown) {
      this.refused.set(asRefused(thrown));
    } finally {
      this.busy.set(null);
      this.loaded.reload();
    }
  }

  protected changed(): void {
    this.editing.set(null);
    this.deleting.set(null);
    this.loaded.reload();
  }
}
