import { Component, computed, debounced, inject, input, linkedSignal, output, resource, signal } from '@angular/core';
import { ALARM_PRIORITIES } from '@cupola/domain';
import type { AlarmPriority } from '@cupola/domain';
import type { AlarmDefinition, AlarmTarget, Point } from '@cupola/contracts';
import { Api } from '../../core/api';
import { Format } from '../../core/format';
import { asRefused } from '../../core/refused';
import type { Refused } from '../../core/refused';
import { ClassWords } from '../../core/class-words';
import { Sites } from '../../core/sites';
import { Words } from '../../core/words';
import { LiveConnection } from '../../live/live-connection';
import { Modal } from '../../ui/modal';
import { RefusalNote } from '../../ui/refusal-note';
import { CONDITION_WORDS, KIND_WORDS, PRIORITY_WORDS, WRONG_WORDS } from './definition-words';
import { NEW_DRAFT, conditionsFor, draftOf, needs, problemsOf, rulesOf } from './definition-draft';
import type { Condition, DefinitionDraft } from './definition-draft';
import { WatchedWords } from './watched-words';

type Kind = AlarmTarget['kind'];
const KINDS: readonly Kind[] = ['class', 'point', 'controllers'];

/** What is watched, when it is an alarm, how urgent it is, and what an operator is to do then. */
@Component({
  selector: 'cp-definition-form',
  imports: [Modal, RefusalNote],
  templateUrl: './definition-form.html',
})
export class DefinitionForm {
  private readonly api = inject(Api);
  private readonly sites = inject(Sites);
  protected readonly watched = inject(WatchedWords);
  protected readonly live = inject(LiveConnection);
  protected readonly format = inject(Format);
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  protected readonly n = this.words.n;
  /** Null to make a new one. */
  readonly definition = input.required<AlarmDefinition | null>();
  readonly saved = output();
  readonly closed = output();
  protected readonly kinds = KINDS;
  protected readonly priorities = ALARM_PRIORITIES;
  protected readonly kindWords = KIND_WORDS;
  protected readonly priorityWords = PRIORITY_WORDS;
  protected readonly conditionWords = CONDITION_WORDS;
  protected readonly wrongWords = WRONG_WORDS;

  protected readonly heading = computed(() => {
    const definition = this.definition();
    return definition ? this.t('definition.editTitle', { name: this.watched.name(definition) }) : this.t('definition.create');
  });
  protected readonly draft = linkedSignal<DefinitionDraft>(() => {
    const definition = this.definition();
    return definition ? draftOf(definition) : NEW_DRAFT;
  });
  protected readonly kind = linkedSignal<Kind>(() => this.definition()?.target.kind ?? 'class');
  protected readonly conditions = computed(() => conditionsFor(this.kind()));
  protected readonly asked = computed(() => needs(this.draft().condition));

  // Where a new one applies.
  protected readonly places = computed(() =>
    this.sites.buildings().flatMap(({ building }) => [
      { key: `${building.id}/`, label: building.name },
      ...building.floors.map((floor) => ({ key: `${building.id}/${floor.id}`, label: `${building.name}, ${floor.name}` })),
    ]),
  );
  protected readonly place = linkedSignal(() => this.places()[0]?.key ?? '');
  protected readonly siteList = computed(() => this.sites.sites() ?? []);
  protected readonly site = linkedSignal(() => this.siteList()[0]?.id ?? '');
  protected readonly pointsHere = resource({
    params: () => (this.definition() === null && this.kind() === 'class' && this.place() !== '' ? this.place() : undefined),
    loader: ({ params, abortSignal }) => {
      const [building = '', floor = ''] = params.split('/');
      return this.api.pointsIn({ building, floor: floor || null }, abortSignal);
    },
  });
  protected readonly classes = computed(() => (this.pointsHere.hasValue() ? countClasses(this.pointsHere.value()) : []));
  protected readonly classWords = inject(ClassWords);
  protected readonly brickClass = linkedSignal(() => this.classes()[0]?.name ?? '');
  protected readonly search = signal('');
  private readonly settled = debounced(this.search, 220);
  protected readonly found = resource({
    params: () => (this.kind() === 'point' ? this.settled.value().trim() || undefined : undefined),
    loader: ({ params, abortSignal }) => this.api.searchPoints(params, abortSignal),
  });
  protected readonly hits = computed(() => (this.found.hasValue() ? this.found.value().items : []));
  protected readonly point = signal<Point | null>(null);

  /** The unit in which limits are given; null where points of several units are meant. */
  protected readonly unit = computed(() => {
    if (this.kind() === 'point') return this.point()?.unit ?? null;
    return this.classes().find(({ name }) => name === this.brickClass())?.unit ?? null;
  });
  protected readonly target = computed<AlarmTarget | null>(() => {
    const existing = this.definition()?.target;
    if (existing) return existing;
    const [building = '', floor = ''] = this.place().split('/');
    const point = this.point();
    switch (this.kind()) {
      case 'point':
        return point && { kind: 'point', point: point.id };
      case 'class':
        return building && this.brickClass() ? { kind: 'class', brickClass: this.brickClass(), building, floor: floor || null } : null;
      case 'controllers':
        return this.site() ? { kind: 'controllers', site: this.site() } : null;
    }
  });
  protected readonly problems = computed(() => problemsOf(this.draft()));
  protected readonly tried = signal(false);
  protected readonly busy = signal(false);
  protected readonly refused = signal<Refused | null>(null);

  protected textOf(event: Event): string {
    return (event.target as HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement).value;
  }

  protected whereOf(point: Point): string {
    return [point.zone?.name, point.equipment?.name, point.floor?.name ?? point.building.name].filter(Boolean).join(', ');
  }

  protected change(change: Partial<DefinitionDraft>): void {
    this.draft.update((draft) => ({ ...draft, ...change }));
  }

  protected chooseKind(kind: Kind): void {
    this.kind.set(kind);
    const possible = conditionsFor(kind);
    if (!possible.includes(this.draft().condition)) this.change({ condition: possible[0] ?? 'HI' });
  }

  protected chooseCondition(event: Event): void {
    this.change({ condition: this.textOf(event) as Condition });
  }

  protected choosePriority(event: Event): void {
    this.change({ priority: Number(this.textOf(event)) as AlarmPriority });
  }

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    this.tried.set(true);
    const target = this.target();
    if (!target || this.problems().length > 0 || this.busy()) return;
    this.busy.set(true);
    this.refused.set(null);
    try {
      const existing = this.definition();
      if (existing) await this.api.changeDefinition(existing.id, rulesOf(this.draft()));
      else await this.api.defineAlarm({ target, ...rulesOf(this.draft()) });
      this.saved.emit();
    } catch (thrown) {
      this.refused.set(asRefused(thrown));
    } finally {
      this.busy.set(false);
    }
  }
}

interface ClassCount {
  name: string;
  count: number;
  unit: string | null;
}

function countClasses(points: readonly Point[]): ClassCount[] {
  const found = new Map<string, ClassCount>();
  for (const { brickClass, unit } of points) {
    if (brickClass === null) continue;
    const known = found.get(brickClass);
    found.set(brickClass, { name: brickClass, count: (known?.count ?? 0) + 1, unit: known && known.unit !== unit ? null : unit });
  }
  return [...found.values()].sort((a, b) => b.count - a.count || a.name.localeCompare(b.name));
}
