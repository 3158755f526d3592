import { Component, DestroyRef, ElementRef, afterNextRender, computed, inject, input, linkedSignal, output, signal, viewChild } from '@angular/core';
import type { FloorDetail, Point } from '@cupola/contracts';
import { Words } from '../../core/words';
import { AlarmStore } from '../../live/alarm-store';
import { Icon } from '../../ui/icon';
import { NO_MARK, alarmsAround, marksOf } from './floor-marks';
import type { RoomMark } from './floor-marks';
import { freeBox } from './free-box';
import { labelBox } from './label-box';
import type { Corner } from './label-box';
import type { Layer } from './layers';
import { drawCore, drawDoor, pathOf } from './plan-drawing';
import { PlanLegend } from './plan-legend';
import { PlanView } from './plan-view';
import type { ZoomStep } from './plan-view';
import { Room } from './room';
import { neighbour } from './room-neighbour';
import type { Direction } from './room-neighbour';
import type { RoomPlace } from './room-place';

const ZOOM_KEYS: Readonly<Record<string, ZoomStep>> = { '+': 'in', '-': 'out', '0': 'fit' };

/** The floor as a plan: walls, doors and cores where they are drawn, and every room with its name and value. */
@Component({
  selector: 'cp-floor-plan',
  imports: [Icon, PlanLegend, Room],
  templateUrl: './floor-plan.html',
})
export class FloorPlan {
  readonly floor = input.required<FloorDetail>();
  readonly points = input.required<ReadonlyMap<string, Point[]>>();
  readonly layer = input.required<Layer>();
  readonly selected = input.required<string | null>();
  readonly choose = output<string>();

  protected readonly t = inject(Words).t;
  private readonly alarms = inject(AlarmStore);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly frame = viewChild.required<ElementRef<HTMLElement>>('frame');
  private readonly size = signal({ width: 828, height: 640 });
  protected readonly view = new PlanView(this.floor, this.size);

  /** Where rooms and their labels stand: computed again only when the plan or its size changes. */
  protected readonly places = computed<RoomPlace[]>(() => {
    const swings = this.doors().map(({ swing }) => swing);
    return this.floor().spaces.map((space) => {
      const outline = space.outline.map(([x, y]): Corner => {
        const [px, py] = this.view.project([x, y]);
        return [Math.round(px), Math.round(py)];
      });
      const box = labelBox(outline);
      return { id: space.id, space, zoneId: space.zoneIds[0] ?? null, path: pathOf(outline), box, free: freeBox(box, swings) };
    });
  });
  protected readonly doors = computed(() => this.floor().plan.doors.map((door) => drawDoor(door, this.view.project)));
  protected readonly cores = computed(() => this.floor().plan.cores.map((core) => drawCore(core, this.view.project)));
  protected readonly wall = computed(() => {
    const { wall } = this.floor().plan;
    if (wall) return pathOf(wall.map((corner) => this.view.project(corner)));
    const { x, y, width, height } = this.view.bounds();
    return pathOf([[x, y], [x + width, y], [x + width, y + height], [x, y + height]].map(([cx = 0, cy = 0]) => this.view.project([cx, cy])));
  });

  /** The points of each room's zones, one list for as long as the floor is the same. */
  private readonly roomPoints = computed(() => new Map(this.floor().spaces.map(({ id, zoneIds }) => [id, zoneIds.flatMap((zone) => this.points().get(zone) ?? [])])));
  private readonly around = computed(() => alarmsAround(this.floor(), this.alarms.alarms() ?? []));
  private readonly marks = computed(() => {
    const sizes = new Map(this.places().map(({ id, box }) => [id, box.width * box.height]));
    return marksOf(this.floor(), this.points(), this.around(), ({ id }) => sizes.get(id) ?? 0);
  });

  /** The one room that Tab reaches; arrow keys lead on from there. */
  protected readonly reachable = linkedSignal(() => {
    const selected = this.selected();
    return this.floor().spaces.find(({ zoneIds }) => selected !== null && zoneIds.includes(selected))?.id ?? this.floor().spaces[0]?.id;
  });

  protected readonly selection = computed(() => this.places().find((room) => this.isSelected(room)) ?? null);
  /** The room that the keyboard is on: its frame is drawn over its neighbours. */
  protected readonly focused = signal<RoomPlace | null>(null);

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

  protected pointsIn(room: RoomPlace): readonly Point[] {
    return this.roomPoints().get(room.id) ?? [];
  }

  protected markOf(room: RoomPlace): RoomMark {
    return this.marks().get(room.id) ?? NO_MARK;
  }

  protected isSelected({ zoneId }: RoomPlace): boolean {
    return zoneId !== null && zoneId === this.selected();
  }

  protected focus(event: Event, room: RoomPlace): void {
    this.focused.set(event.target instanceof Element && event.target.matches(':focus-visible') ? room : null);
  }

  protected pick(room: RoomPlace): void {
    this.reachable.set(room.id);
    if (room.zoneId) this.choose.emit(room.zoneId);
  }

  protected keys(event: KeyboardEvent, room: RoomPlace): void {
    const step = ZOOM_KEYS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter' || event.key === ' ') this.pick(room);
    else if (event.key.startsWith('Arrow')) this.walk(room, event.key as Direction);
    else if (step) this.view.zoom(step);
    else return;
    event.preventDefault();
  }

  private walk(room: RoomPlace, direction: Direction): void {
    const next = neighbour(this.places(), room, direction);
    if (!next) return;
    this.reachable.set(next.id);
    this.host.nativeElement.querySelector<SVGGElement>(`#room-${next.id}`)?.focus();
  }
}
