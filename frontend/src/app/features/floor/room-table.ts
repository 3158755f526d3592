import { Component, ElementRef, computed, inject, input, linkedSignal, output } from '@angular/core';
import type { FloorDetail, ForcedSlot, Point } from '@cupola/contracts';
import { Format } from '../../core/format';
import { Words } from '../../core/words';
import { AlarmStore } from '../../live/alarm-store';
import { AlarmWords } from '../../live/alarm-words';
import { summarise } from '../../live/alarm-order';
import { isTrusted } from '../../live/known-reading';
import { PlaceValues } from '../../live/place-values';
import { QualityLabel } from '../../live/quality-label';
import { AlarmBadge } from '../../ui/alarm-badge';
import { Icon } from '../../ui/icon';
import { alarmsAround, alarmsOfZone } from './floor-marks';
import { FloorOverrides } from './floor-overrides';
import { LAYER_WORDS, isMeasured } from './layers';
import type { Layer } from './layers';
import { roomPoints } from './zone-view';
import type { Space } from './zone-view';

interface Row {
  space: Space;
  points: readonly Point[];
  zoneId: string | null;
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };

/** The plan's twin: every room of the floor as a row, with the same values, marks and keys. */
@Component({
  selector: 'cp-room-table',
  imports: [AlarmBadge, Icon],
  host: { class: 'point-table' },
  templateUrl: './room-table.html',
})
export class RoomTable {
  private readonly words = inject(Words);
  private readonly values = inject(PlaceValues);
  private readonly alarms = inject(AlarmStore);
  protected readonly alarmWords = inject(AlarmWords);
  private readonly overrides = inject(FloorOverrides);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  protected readonly t = this.words.t;
  protected readonly n = this.words.n;
  protected readonly format = inject(Format);
  protected readonly qualityOf = inject(QualityLabel).of;
  protected readonly leftOf = this.overrides.leftOf;
  readonly floor = input.required<FloorDetail>();
  readonly points = input.required<ReadonlyMap<string, Point[]>>();
  readonly layer = input.required<Layer>();
  readonly selected = input.required<string | null>();
  readonly choose = output<string>();

  /** The measured quantity that is shown: on the layers without one, the temperature. */
  private readonly shownLayer = computed(() => (isMeasured(this.layer()) ? this.layer() : 'temperature'));
  protected readonly layerWord = computed(() => LAYER_WORDS[this.shownLayer()]);
  private readonly all = computed<Row[]>(() =>
    this.floor().spaces.map((space) => ({ space, zoneId: space.zoneIds[0] ?? null, points: space.zoneIds.flatMap((id) => this.points().get(id) ?? []) })),
  );
  private readonly around = computed(() => alarmsAround(this.floor(), this.alarms.alarms() ?? []));
  protected readonly rows = computed(() => this.all().map((row) => ({ ...row, ...this.readingOf(row), ...this.marksOf(row) })));
  /** The one row that Tab reaches. */
  protected readonly reachable = linkedSignal(() => this.floor().spaces.find(({ zoneIds }) => zoneIds.includes(this.selected() ?? ''))?.id ?? this.floor().spaces[0]?.id);

  protected pick(row: Row): void {
    this.reachable.set(row.space.id);
    if (row.zoneId) this.choose.emit(row.zoneId);
  }

  protected keys(event: KeyboardEvent, row: Row): void {
    const step = STEPS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter' || event.key === ' ') this.pick(row);
    else if (step) this.walk(row, step);
    else return;
    event.preventDefault();
  }

  private walk({ space }: Row, step: number): void {
    const spaces = this.floor().spaces;
    const next = spaces[spaces.findIndex(({ id }) => id === space.id) + step];
    if (!next) return;
    this.reachable.set(next.id);
    this.host.nativeElement.querySelector<HTMLElement>(`#row-${next.id}`)?.focus();
  }

  private readingOf({ points }: Row) {
    const { shown, setpoint } = roomPoints(points, this.shownLayer());
    const reading = shown && this.values.shown(shown);
    const target = setpoint ? this.values.present(setpoint).value : null;
    const isComparable = shown !== undefined && reading?.value != null && target !== null && setpoint?.unit === shown.unit && isTrusted(reading.quality);
    const deviation = isComparable ? (reading.value ?? 0) - target : null;
    return {
      shown,
      reading,
      doubt: reading !== undefined && !isTrusted(reading.quality),
      target: setpoint && target !== null ? this.format.value(target, setpoint) : '',
      deviation: deviation === null ? '' : this.format.signed(deviation, shown?.unit ?? null),
    };
  }

  private marksOf({ zoneId, points }: Row) {
    const zone = this.floor().zones.find(({ id }) => id === zoneId);
    const alarms = zone ? alarmsOfZone(this.floor(), zone, points, this.around()) : [];
    const held = points.flatMap(({ id }): ForcedSlot[] => this.overrides.byPoint().get(id) ?? []).sort((a, b) => a.level - b.level)[0];
    return { alarm: summarise(alarms), suppressed: alarms.filter(({ state }) => state === 'DSUPR').length, held };
  }
}
