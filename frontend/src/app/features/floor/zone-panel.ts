import { Component, computed, inject, input, output } from '@angular/core';
import type { FloorDetail, Point } from '@cupola/contracts';
import { Format } from '../../core/format';
import { Words } from '../../core/words';
import { AlarmStore } from '../../live/alarm-store';
import { isTrusted } from '../../live/known-reading';
import { PlaceValues } from '../../live/place-values';
import { QualityLabel } from '../../live/quality-label';
import { AlarmNotes } from '../../ui/alarm-notes';
import { Icon } from '../../ui/icon';
import { Sparkline } from '../../ui/sparkline';
import type { Layer } from './layers';
import { alarmsByZone } from './zone-alarms';
import { roomPoints } from './zone-view';
import type { Zone } from './zone-view';

/** One zone: its value large, what it is compared with, and every point that belongs to it. */
@Component({
  selector: 'cp-zone-panel',
  imports: [AlarmNotes, Icon, Sparkline],
  host: { class: 'stack' },
  templateUrl: './zone-panel.html',
})
export class ZonePanel {
  private readonly values = inject(PlaceValues);
  private readonly store = inject(AlarmStore);
  protected readonly format = inject(Format);
  protected readonly t = inject(Words).t;
  protected readonly qualityOf = inject(QualityLabel).of;
  readonly floor = input.required<FloorDetail>();
  readonly zone = input.required<Zone>();
  readonly points = input.required<readonly Point[]>();
  readonly layer = input.required<Layer>();
  readonly choose = output<string>();
  readonly closed = output();

  /** The rooms of a zone that spans several; a single room's name is the zone's own. */
  protected readonly spaces = computed(() => {
    const names = this.floor().spaces.filter(({ zoneIds }) => zoneIds.includes(this.zone().id)).map(({ name }) => name);
    return names.length > 1 ? names.join(', ') : '';
  });
  protected readonly alarms = computed(() => alarmsByZone(this.floor(), this.store.ofFloor(this.floor().id)).get(this.zone().id) ?? []);
  private readonly main = computed(() => roomPoints(this.points(), this.layer()));
  protected readonly head = computed(() => {
    const { shown, setpoint } = this.main();
    if (!shown) return null;
    const reading = this.values.shown(shown);
    const target = setpoint ? this.values.shown(setpoint) : null;
    return {
      point: shown,
      reading,
      doubt: !isTrusted(reading.quality),
      setpoint: setpoint && target?.value != null ? this.format.valueWithUnit(target.value, setpoint) : null,
    };
  });
  protected readonly rows = computed(() =>
    this.points().map((point) => {
      const reading = this.values.shown(point);
      return { point, reading, doubt: !isTrusted(reading.quality), overridden: reading.flags.includes('overridden') };
    }),
  );
}
