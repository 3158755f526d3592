import { Component, DestroyRef, afterNextRender, computed, inject, input, linkedSignal, output, signal, viewChild } from '@angular/core';
import type { ElementRef } from '@angular/core';
import type { FloorDetail, Point } from '@cupola/contracts';
import { Format } from '../../core/format';
import { Words } from '../../core/words';
import { summarise } from '../../live/alarm-order';
import type { AlarmSummary } from '../../live/alarm-order';
import { AlarmStore } from '../../live/alarm-store';
import { PlaceValues } from '../../live/place-values';
import { AlarmShape } from '../../ui/alarm-shape';
import { Icon } from '../../ui/icon';
import { describeRoom, drawRoom } from './draw-room';
import { deviationReach } from '../../core/units';
import { boundsOf, labelBox } from './label-box';
import { LAYER_WORDS } from './layers';
import type { Layer } from './layers';
import { neighbour } from './room-neighbour';
import type { Direction } from './room-neighbour';
import type { RoomView } from './room-view';
import { TextMeasure } from './text-measure';
import { alarmsByZone } from './zone-alarms';
import { roomPoints } from './zone-view';

const MARGIN = 14;
/** Below this width a room cannot hold its name and value: the plan opens larger than the screen and is scrolled. */
const READABLE_ROOM = 66;
/** A plan of few rooms is not blown up until it looks like another building. */
const LARGEST_FIT = 1.5;
const ZOOM_STEP = 1.4;
const LARGEST = 6;

/** The floor as a plan: every room with its name and value. Same data, same keys as the list beside it. */
@Component({
  selector: 'cp-floor-plan',
  imports: [AlarmShape, Icon],
  templateUrl: './floor-plan.html',
})
export class FloorPlan {
  readonly floor = input.required<FloorDetail>();
  readonly points = input.required<ReadonlyMap<string, Point[]>>();
  readonly layer = input.required<Layer | undefined>();
  readonly selected = input.required<string | null>();
  readonly choose = output<string>();

  protected readonly words = inject(Words);
  protected readonly t = this.words.t;
  private readonly format = inject(Format);
  private readonly values = inject(PlaceValues);
  private readonly alarms = inject(AlarmStore);
  private readonly measure = inject(TextMeasure);
  private readonly frame = viewChild.required<ElementRef<HTMLElement>>('frame');
  private readonly size = signal({ width: 828, height: 640 });
  private readonly bounds = computed(() => boundsOf(this.floor().spaces.flatMap(({ outline }) => outline)));

  private readonly fitting = computed(() => {
    const { width, height } = this.size();
    const bounds = this.bounds();
    return Math.min(this.floor().plan.generated ? LARGEST_FIT : Infinity, (width - 2 * MARGIN) / Math.max(bounds.width, 1), (height - 2 * MARGIN) / Math.max(bounds.height, 1));
  });
  private readonly readable = computed(() => {
    const widths = this.floor().spaces.map(({ outline }) => boundsOf(outline).width).sort((a, b) => a - b);
    const typical = widths[Math.floor(widths.length / 4)] ?? READABLE_ROOM;
    return READABLE_ROOM / Math.max(typical, 1);
  });
  /** Pixels per plan unit. */
  protected readonly scale = linkedSignal(() => (this.size().width < 640 ? Math.max(this.fitting(), this.readable()) : this.fitting()));
  protected readonly area = computed(() => {
    const { width, height } = this.size();
    const wanted = { width: this.bounds().width * this.scale() + 2 * MARGIN, height: this.bounds().height * this.scale() + 2 * MARGIN };
    return { width: Math.floor(Math.max(width, wanted.width)), height: Math.floor(Math.max(height, wanted.height)) };
  });
  private readonly origin = computed(() => {
    const bounds = this.bounds();
    const { width, height } = this.area();
    return { x: (width - bounds.width * this.scale()) / 2 - bounds.x * this.scale(), y: (height - bounds.height * this.scale()) / 2 - bounds.y * this.scale() };
  });

  /** Where rooms and their labels stand: computed again only when the plan or its size changes. */
  private readonly places = computed(() => {
    const scale = this.scale();
    const { x, y } = this.origin();
    return this.floor().spaces.map((space) => {
      const outline = space.outline.map(([px, py]) => [Math.round(px * scale + x), Math.round(py * scale + y)] as const);
      return { space, box: labelBox(outline), path: `M${outline.map((corner) => corner.join(' ')).join('L')}Z` };
    });
  });

  protected readonly wall = computed(() => {
    const { x, y } = this.origin();
    const bounds = this.bounds();
    const scale = this.scale();
    return { x: bounds.x * scale + x, y: bounds.y * scale + y, width: bounds.width * scale, height: bounds.height * scale };
  });

  private readonly zoneAlarms = computed(() => alarmsByZone(this.floor(), this.alarms.ofFloor(this.floor().id)));
  protected readonly rooms = computed<RoomView[]>(() => {
    this.measure.generation();
    const tools = { values: this.values, format: this.format, words: this.words, measure: this.measure.width };
    return this.places().map(({ space, box, path }) => {
      const zoneId = space.zoneIds[0] ?? null;
      const { shown, setpoint } = roomPoints(space.zoneIds.flatMap((id) => this.points().get(id) ?? []), this.layer());
      const alarm = summarise(space.zoneIds.flatMap((id) => this.zoneAlarms().get(id) ?? []));
      const spoken = [describeRoom(space.name, shown, tools), alarm ? this.spokenAlarm(alarm) : ''].filter(Boolean).join(', ');
      return { id: space.id, zoneId, name: space.name, path, box, ...drawRoom({ name: space.name, box, shown, setpoint }, tools), alarm, spoken };
    });
  });

  private readonly sample = computed(() => [...this.points().values()].map((points) => roomPoints(points, this.layer())).find(({ shown }) => shown !== undefined));
  protected readonly legend = computed(() => {
    const layer = this.layer();
    const unit = this.format.unit(this.sample()?.shown?.unit ?? null);
    return layer ? [this.t(LAYER_WORDS[layer]), unit].filter(Boolean).join(', ') : '';
  });
  /** How far the deviation bars reach, in words; null where there are none. */
  protected readonly reach = computed(() => {
    const { shown, setpoint } = this.sample() ?? {};
    const reach = deviationReach(shown?.unit ?? null);
    return setpoint && reach !== null ? `±${reach} ${this.format.unit(shown?.unit ?? null).replace('°C', 'K')}` : null;
  });

  /** The one room that Tab reaches; arrow keys lead on from there. */
  protected readonly reachable = linkedSignal(() => {
    const selected = this.selected();
    return this.floor().spaces.find(({ zoneIds }) => selected !== null && zoneIds.includes(selected))?.id ?? this.floor().spaces[0]?.id;
  });

  constructor() {
    const destroyed = inject(DestroyRef);
    afterNextRender(() => {
      const element = this.frame().nativeElement;
      const measure = () => {
        if (element.clientWidth > 0) this.size.set({ width: element.clientWidth, height: element.clientHeight });
      };
      measure();
      if (typeof ResizeObserver === 'undefined') return;
      const observer = new ResizeObserver(measure);
      observer.observe(element);
      destroyed.onDestroy(() => observer.disconnect());
    });
  }

  protected zoom(step: 'in' | 'out' | 'fit'): void {
    if (step === 'fit') this.scale.set(this.fitting());
    else this.scale.update((scale) => Math.min(Math.max(scale * (step === 'in' ? ZOOM_STEP : 1 / ZOOM_STEP), this.fitting()), this.fitting() * LARGEST));
  }

  /** In the room's top right corner; smaller in a narrow room. */
  protected badgeIn({ box }: RoomView): string {
    const scale = box.width >= 84 ? 1.05 : 0.75;
    return `translate(${box.x + box.width - 20 * scale - 4} ${box.y + 4}) scale(${scale})`;
  }

  private spokenAlarm({ name, priority, state, count }: AlarmSummary): string {
    const worst = this.t('alarm.spokenIn', { state: this.t(`alarm.stateMeans.${state}`), priority, name });
    return `${this.words.n('alarm.spokenCount', count)}: ${worst}`;
  }

  protected pick(room: RoomView): void {
    this.reachable.set(room.id);
    if (room.zoneId) this.choose.emit(room.zoneId);
  }

  protected keys(event: KeyboardEvent, room: RoomView): void {
    if (event.key === 'Enter' || event.key === ' ') this.pick(room);
    else if (event.key.startsWith('Arrow')) {
      const next = neighbour(this.rooms(), room, event.key as Direction);
      if (next) {
        this.reachable.set(next.id);
        document.getElementById(`room-${next.id}`)?.focus();
      }
    } else return;
    event.preventDefault();
  }
}
