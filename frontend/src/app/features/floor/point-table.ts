import { Component, computed, inject, input, linkedSignal, output, signal, untracked } from '@angular/core';
import type { Point } from '@cupola/contracts';
import { Format } from '../../core/format';
import { Words } from '../../core/words';
import type { WordKey } from '../../core/words';
import { isTrusted } from '../../live/known-reading';
import { PlaceValues } from '../../live/place-values';
import { QualityLabel } from '../../live/quality-label';
import { Icon } from '../../ui/icon';
import { VirtualBox } from '../../ui/virtual-box';
import { VirtualWindow } from '../../ui/virtual-window';
import { matchesAll } from '../../core/matches-all';

type Column = 'zone' | 'equipment' | 'point' | 'value' | 'unit' | 'quality' | 'age';
const COLUMNS: readonly { key: Column; word: WordKey; style: string }[] = [
  { key: 'zone', word: 'column.zone', style: 'hide-s' },
  { key: 'equipment', word: 'column.equipment', style: 'hide-s' },
  { key: 'point', word: 'column.point', style: '' },
  { key: 'value', word: 'column.value', style: 'r' },
  { key: 'unit', word: 'column.unit', style: 'hide-s' },
  { key: 'quality', word: 'column.quality', style: '' },
  { key: 'age', word: 'column.age', style: 'r' },
];
const ROW_HEIGHT = 36;

/** Points as a live table: the plan's twin for people who read rows, and for those who listen to them. */
@Component({
  selector: 'cp-point-table',
  imports: [Icon, VirtualBox],
  host: { class: 'point-table' },
  templateUrl: './point-table.html',
})
export class PointTable {
  private readonly values = inject(PlaceValues);
  private readonly words = inject(Words);
  protected readonly format = inject(Format);
  protected readonly t = this.words.t;
  protected readonly n = this.words.n;
  protected readonly qualityOf = inject(QualityLabel).of;
  readonly points = input.required<readonly Point[]>();
  readonly selected = input.required<string | null>();
  readonly choose = output<string>();

  /** Plant stands in no zone. */
  readonly place = input<'floor' | 'plant'>('floor');
  protected readonly columns = computed(() => COLUMNS.filter(({ key }) => key !== 'zone' || this.place() === 'floor'));
  protected readonly filter = signal('');
  protected readonly sort = linkedSignal<{ column: Column; up: boolean }>(() => ({ column: this.place() === 'floor' ? 'zone' : 'equipment', up: true }));

  private readonly matching = computed(() => {
    const filter = this.filter();
    return this.points().filter((point) => matchesAll([point.label, point.key, point.sourceId, point.zone?.name, point.equipment?.name], filter));
  });

  /** Order by what does not change by itself stays put; order by value or age is computed when it is asked for, then kept. */
  private readonly order = computed(() => {
    const { column, up } = this.sort();
    const keyed = this.matching().map((point) => ({ point, key: this.keyOf(point, column) }));
    keyed.sort((a, b) => compare(a.key, b.key) || compare(a.point.label, b.point.label));
    return (up ? keyed : keyed.reverse()).map(({ point }) => point);
  });
  protected readonly window = new VirtualWindow(this.order, ROW_HEIGHT);
  protected readonly count = computed(() => this.order().length);
  protected readonly rows = computed(() =>
    this.window.visible().map((point, at) => {
      const reading = this.values.shown(point);
      return { point, reading, index: this.window.start() + at + 2, doubt: !isTrusted(reading.quality), overridden: reading.flags.includes('overridden') };
    }),
  );

  protected sortBy(column: Column): void {
    this.sort.update((sort) => ({ column, up: sort.column === column ? !sort.up : true }));
  }

  protected ariaSort(column: Column): 'ascending' | 'descending' | 'none' {
    const { column: sorted, up } = this.sort();
    if (sorted !== column) return 'none';
    return up ? 'ascending' : 'descending';
  }

  protected type(event: Event): void {
    this.filter.set((event.target as HTMLInputElement).value);
  }

  private keyOf(point: Point, column: Column): string | number {
    switch (column) {
      case 'zone':
        return point.zone?.name ?? '￿';
      case 'equipment':
        return point.equipment?.name ?? '￿';
      case 'point':
        return point.label;
      case 'unit':
        return point.unit ?? '';
      case 'value':
        return untracked(() => this.values.shown(point).value) ?? -Infinity;
      case 'quality':
        return untracked(() => this.values.shown(point).quality);
      case 'age':
        return untracked(() => this.values.shown(point).ageMs) ?? Infinity;
    }
  }
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a === b ? 0 : a < b ? -1 : 1;
  return String(a).localeCompare(String(b), undefined, { numeric: true });
}
