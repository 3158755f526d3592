import { Component, computed, inject, input } from '@angular/core';
import type { ForcedSlot, Point } from '@cupola/contracts';
import { Format } from '../../core/format';
import { Words } from '../../core/words';
import { AlarmWords } from '../../live/alarm-words';
import { PlaceValues } from '../../live/place-values';
import { AlarmShape } from '../../ui/alarm-shape';
import { FloorOverrides } from './floor-overrides';
import type { RoomMark } from './floor-marks';
import type { Layer } from './layers';
import { contentOf, saysTheSame } from './room-content';
import { layOutCorner } from './room-corner';
import { layOutRoom } from './room-label';
import type { RoomPlace } from './room-place';
import { TextMeasure } from './text-measure';
import { roomPoints } from './zone-view';

/** One room of the plan. It draws itself again when something that it shows has changed, and no other room does. */
@Component({
  selector: 'svg:g[cpRoom]',
  imports: [AlarmShape],
  host: {
    class: 'room',
    role: 'button',
    '[id]': "'room-' + place().id",
    '[class.doubt]': 'content().doubt || isOut()',
    '[class.alarm1]': 'washed() === 1',
    '[class.alarm2]': 'washed() === 2',
    '[class.alarm3]': 'washed() === 3',
    '[class.alarm4]': 'washed() === 4',
    '[attr.aria-description]': 'spoken()',
  },
  templateUrl: './room.html',
})
export class Room {
  private readonly words = inject(Words);
  private readonly alarmWords = inject(AlarmWords);
  private readonly measure = inject(TextMeasure);
  private readonly overrides = inject(FloorOverrides);
  private readonly tools = { values: inject(PlaceValues), format: inject(Format), words: this.words, leftOf: this.overrides.leftOf };

  readonly place = input.required<RoomPlace>();
  readonly layer = input.required<Layer>();
  /** The points of the room's zones. */
  readonly points = input.required<readonly Point[]>();
  readonly mark = input.required<RoomMark>();

  private readonly held = computed<readonly ForcedSlot[]>(() => {
    const byPoint = this.overrides.byPoint();
    return this.points().flatMap(({ id }) => byPoint.get(id) ?? []).sort((a, b) => a.level - b.level);
  }, { equal: (a, b) => a.length === b.length && a.every((slot, at) => slot === b[at]) });
  /** A hand at the plant itself: no level of ours, and no end that we know of. */
  private readonly isLocal = computed(() => this.points().some((point) => this.tools.values.present(point).flags.includes('overridden')));
  /** None of its controllers is there: the room is hatched on every layer. */
  protected readonly isOut = computed(() => {
    const controllers = this.points().flatMap(({ controller }) => controller ?? []);
    return controllers.length > 0 && controllers.every(({ id, link }) => (this.tools.values.linkOf(id) ?? link) !== 'online');
  });
  private readonly shown = computed(() => roomPoints(this.points(), this.layer()));
  protected readonly content = computed(() => contentOf(this.layer(), this.place().space.name, this.points(), this.shown(), this.held(), this.tools), { equal: saysTheSame });
  protected readonly washed = computed(() => (this.mark().isController ? null : (this.mark().alarm?.priority ?? null)));

  protected readonly corner = computed(() => {
    this.measure.generation();
    const [first] = this.held();
    const hand = this.layer() === 'overrides' ? null : first ? this.overrides.leftOf(first) : this.isLocal() ? '' : null;
    const { alarm, suppressed } = this.mark();
    return layOutCorner(this.place().free, { badge: alarm !== null, count: alarm?.count ?? 0, suppressed, hand, name: this.place().space.name }, this.measure.width);
  });
  protected readonly label = computed(() => {
    this.measure.generation();
    const { value, unit, note, hasBar } = this.content();
    return layOutRoom(this.place().free, { name: this.place().space.name, value, unit, note, hasBar, corner: this.corner() }, this.measure.width);
  });
  protected readonly bar = computed(() => {
    const { bar } = this.label();
    const { deviation } = this.content();
    if (!bar) return null;
    const half = bar.width / 2;
    const length = Math.abs(deviation ?? 0) * half;
    return { ...bar, middle: bar.x + half - 0.75, from: (deviation ?? 0) >= 0 ? bar.x + half : bar.x + half - length, length, isKnown: deviation !== null };
  });
  /** Changes as seldom as it can: with every value it would be set again in every room. */
  private readonly about = computed(() => (this.label().value === null ? this.content().spoken : this.content().about || this.content().spoken));
  protected readonly spoken = computed(() => {
    const { alarm, suppressed } = this.mark();
    const [first] = this.held();
    return [
      this.about(),
      alarm ? `${this.words.n('alarm.spokenCount', alarm.count)}: ${this.words.t('alarm.spokenIn', { state: this.words.t(`alarm.stateMeans.${alarm.state}`), priority: alarm.priority, name: this.alarmWords.name(alarm.definition) })}` : '',
      suppressed > 0 ? this.words.n('floor.suppressed', suppressed) : '',
      first && this.layer() !== 'overrides' ? this.words.t('floor.spokenHeld', { level: first.level }) : this.isLocal() ? this.words.t('flag.overridden') : '',
    ].filter(Boolean).join(', ');
  });
}
