import { Component, computed, inject, input, linkedSignal, signal } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import type { ForcedSlot } from '@cupola/contracts';
import { Crumbs } from '../../core/crumbs';
import { Session } from '../../core/session';
import { Ticker } from '../../core/ticker';
import { Words } from '../../core/words';
import { LiveConnection } from '../../live/live-connection';
import { Failure } from '../../ui/failure';
import { Skeleton } from '../../ui/skeleton';
import { isReleasable, keyOf, matches, OVERRIDE_SORTS, sorted } from './override-row';
import { OverrideStore } from './override-store';
import { OverrideWords } from './override-words';
import { ReleaseDialog } from './release-dialog';

/** Everything that is forced, by us or by others: where, who, why, at which level, until when; and the way to let go of it. */
@Component({
  selector: 'cp-override-register',
  imports: [Failure, ReleaseDialog, RouterLink, Skeleton],
  providers: [OverrideStore],
  host: { class: 'page' },
  templateUrl: './override-register.html',
})
export class OverrideRegister {
  private readonly router = inject(Router);
  private readonly ticker = inject(Ticker);
  private readonly sentences = inject(Words);
  private readonly session = inject(Session);
  protected readonly store = inject(OverrideStore);
  protected readonly live = inject(LiveConnection);
  protected readonly words = inject(OverrideWords);
  protected readonly t = this.sentences.t;
  protected readonly n = this.sentences.n;
  protected readonly sorts = OVERRIDE_SORTS;
  protected readonly sortWords = { end: 'register.sort.end', newest: 'register.sort.newest', place: 'register.sort.place', person: 'register.sort.person' } as const;
  /** The filter is part of the address. */
  readonly floor = input<string>();
  readonly by = input<string>();
  readonly level = input<string>();
  readonly sort = input<string>();

  private readonly filter = computed(() => ({ floor: this.floor() ?? null, by: this.by() ?? null, level: this.level() ? Number(this.level()) : null }));
  protected readonly order = computed(() => OVERRIDE_SORTS.find((each) => each === this.sort()) ?? 'end');
  private readonly all = computed(() => this.store.slots() ?? []);
  protected readonly shown = computed(() => sorted(this.all().filter((slot) => matches(slot, this.filter())), this.order()));
  protected readonly rows = computed(() => {
    this.ticker.now();
    return this.shown().map((slot) => ({ slot, key: keyOf(slot), isReleasable: isReleasable(slot), left: this.words.left(slot), age: this.words.age(slot) }));
  });
  protected readonly floors = computed(() => distinct(this.all().flatMap(({ floor, building }) => (floor ? [{ key: floor.id, label: `${floor.name}, ${building.name}` }] : []))));
  protected readonly people = computed(() => distinct(this.all().map((slot) => ({ key: slot.by ?? '', label: this.words.who(slot) }))));
  protected readonly levels = computed(() => [...new Set(this.all().map(({ level }) => level))].sort((a, b) => a - b));

  protected readonly mayRelease = computed(() => this.session.can('points.command'));
  /** Kept by what they are: a row that leaves the register leaves the choice. */
  private readonly picked = linkedSignal<readonly string[], ReadonlySet<string>>({
    source: () => this.rowKeys(),
    computation: (keys, before) => new Set(keys.filter((key) => before?.value.has(key) ?? false)),
  });
  private readonly rowKeys = computed(() => this.shown().filter(isReleasable).map(keyOf));
  protected readonly chosen = computed(() => this.shown().filter((slot) => this.picked().has(keyOf(slot))));
  protected readonly releasable = computed(() => this.shown().filter(isReleasable));
  protected readonly areAllChosen = computed(() => this.releasable().length > 0 && this.chosen().length === this.releasable().length);
  protected readonly releasing = signal<readonly ForcedSlot[] | null>(null);

  constructor() {
    inject(Crumbs).trail.set([{ label: this.t('nav.overrides') }]);
  }

  protected show(query: Record<string, string | null>): void {
    void this.router.navigate([], { queryParams: query, queryParamsHandling: 'merge', replaceUrl: true });
  }

  protected pickedValue(event: Event): string | null {
    const value = (event.target as HTMLSelectElement).value;
    return value === 'all' ? null : value;
  }

  protected isChosen(key: string): boolean {
    return this.picked().has(key);
  }

  protected toggle(key: string): void {
    this.picked.update((before) => new Set(before.has(key) ? [...before].filter((each) => each !== key) : [...before, key]));
  }

  protected toggleAll(): void {
    this.picked.set(new Set(this.areAllChosen() ? [] : this.rowKeys()));
  }

  /** What is chosen, or everything on screen that may be released. */
  protected askRelease(): void {
    const slots = this.chosen().length > 0 ? this.chosen() : this.releasable();
    if (slots.length > 0) this.releasing.set(slots);
  }

  protected closeDialog(): void {
    this.releasing.set(null);
    this.picked.set(new Set());
    this.store.reload();
  }
}

function distinct(choices: readonly { key: string; label: string }[]): { key: string; label: string }[] {
  return [...new Map(choices.map((choice) => [choice.key, choice])).values()].sort((a, b) => a.label.localeCompare(b.label, undefined, { numeric: true }));
}
