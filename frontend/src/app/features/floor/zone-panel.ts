import { Component, computed, inject, input, output } from '@angular/core';
import { zoneQuantity } from '@cupola/domain';
import type { FloorDetail, Point } from '@cupola/contracts';
import { Format } from '../../core/format';
import { Words } from '../../core/words';
import { AlarmStore } from '../../live/alarm-store';
import { drawnLimits, isAnnunciated } from '../../live/alarm-order';
import { isTrusted } from '../../live/known-reading';
import { PlaceValues } from '../../live/place-values';
import { QualityLabel } from '../../live/quality-label';
import { AlarmNotes } from '../../ui/alarm-notes';
import { Icon } from '../../ui/icon';
import { Sparkline } from '../../ui/sparkline';
import { alarmsAround, alarmsOfZone } from './floor-marks';
import { isMeasured } from './layers';
import type { Layer } from './layers';
import { ZoneSetpoint } from './zone-setpoint';
import { roomPoints, zoneTitle } from './zone-view';
import type { Zone } from './zone-view';

/** A working morning: what led to the present shows, and an alarm of half an hour is no sliver. */
const TREND_MS = 6 * 3_600_000;

/** One zone: its value large, what it is compared with, who commands it, and every point that belongs to it. */
@Component({
  selector: 'cp-zone-panel',
  imports: [AlarmNotes, Icon, Sparkline, ZoneSetpoint],
  host: { class: 'stack' },
  templateUrl: './zone-panel.html',
})
export class ZonePanel {
  private readonly values = inject(PlaceValues);
  private readonly store = inject(AlarmStore);
  protected readonly format = inject(Format);
  protected readonly t = inject(Words).t;
  protected readonly qualityOf = inject(QualityLabel).of;
  protected readonly trendMs = TREND_MS;
  readonly floor = input.required<FloorDetail>();
  readonly zone = input.required<Zone>();
  readonly points = input.required<readonly Point[]>();
  readonly layer = input.required<Layer>();
  readonly choose = output<string>();
  readonly closed = output();

  protected readonly title = computed(() => zoneTitle(this.floor(), this.zone()));
  /** The rooms of a zone that spans several; a single room's name is the zone's own. */
  protected readonly spaces = computed(() => {
    const names = this.floor().spaces.filter(({ zoneIds }) => zoneIds.includes(this.zone().id)).map(({ name }) => name);
    return names.length > 1 ? names.join(', ') : '';
  });
  private readonly around = computed(() => alarmsAround(this.floor(), this.store.alarms() ?? []));
  protected readonly alarms = computed(() => alarmsOfZone(this.floor(), this.zone(), this.points(), this.around()).filter(isAnnunciated));
  /** On layers that measure nothing here the temperature leads. */
  private readonly main = computed(() => {
    const layer = this.layer();
    const asked = roomPoints(this.points(), isMeasured(layer) ? layer : 'temperature');
    return asked.shown ? asked : roomPoints(this.points(), 'temperature');
  });
  protected readonly head = computed(() => {
    const { shown, setpoint } = this.main();
    if (!shown) return null;
    const reading = this.values.shown(shown);
    return { point: shown, reading, doubt: !isTrusted(reading.quality), setpoint };
  });
  /** What explains the value, beside it: setpoint, damper, valve, airflow. */
  protected readonly beside = computed(() => {
    const { setpoint, shown } = this.main();
    const find = (quantity: ReturnType<typeof zoneQuantity>) => this.points().find((point) => point !== shown && zoneQuantity(point) === quantity);
    const candidates = [[this.t('floor.setpoint'), setpoint], [this.t('layer.damper'), find('damper')], [this.t('layer.valve'), find('valve')]] as const;
    return candidates.flatMap(([label, point]) => (point ? [{ label, point, present: this.values.present(point) }] : [])).map((each) => ({ ...each, doubt: !isTrusted(each.present.quality) })).slice(0, 2);
  });
  protected readonly setpointLine = computed(() => {
    const { setpoint } = this.main();
    const value = setpoint ? this.values.present(setpoint).value : null;
    return setpoint && value !== null ? { value, text: this.t('spark.setpoint', { value: this.format.value(value, setpoint) }) } : null;
  });
  protected readonly limits = computed(
    () => {
      const id = this.main().shown?.id;
      return this.alarms().flatMap(({ point, definition }) => (point?.id === id ? drawnLimits(definition) : []));
    },
    { equal: (a, b) => a.join() === b.join() },
  );
  protected readonly rows = computed(() =>
    this.points().map((point) => {
      const reading = this.values.shown(point);
      return { point, reading, doubt: !isTrusted(reading.quality), overridden: reading.flags.includes('overridden') };
    }),
  );
}
