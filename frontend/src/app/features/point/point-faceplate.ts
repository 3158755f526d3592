import { Component, computed, effect, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Format } from '../../core/format';
import { Session } from '../../core/session';
import { Sites } from '../../core/sites';
import { Words } from '../../core/words';
import { isTrusted } from '../../live/known-reading';
import { QualityLabel } from '../../live/quality-label';
import { AlarmStore } from '../../live/alarm-store';
import { AlarmNotes } from '../../ui/alarm-notes';
import { Failure } from '../../ui/failure';
import { Icon } from '../../ui/icon';
import { Skeleton } from '../../ui/skeleton';
import { Sparkline } from '../../ui/sparkline';
import { CommandTrail } from './command-trail';
import { OverrideForm } from './override-form';
import { PointStore } from './point-store';
import { SlotTable } from './slot-table';

/** One point: its value and how far to trust it, its recent past, who commands it, and the means to command it. */
@Component({
  selector: 'cp-point-faceplate',
  imports: [AlarmNotes, CommandTrail, Failure, Icon, OverrideForm, RouterLink, Skeleton, SlotTable, Sparkline],
  providers: [PointStore],
  host: { class: 'stack faceplate' },
  templateUrl: './point-faceplate.html',
})
export class PointFaceplate {
  protected readonly store = inject(PointStore);
  protected readonly format = inject(Format);
  protected readonly t = inject(Words).t;
  protected readonly session = inject(Session);
  protected readonly alarms = inject(AlarmStore);
  private readonly sites = inject(Sites);
  protected readonly qualityOf = inject(QualityLabel).of;
  readonly pointId = input.required<string>();
  /** Whether this stands on a page of its own, whose heading is the point's name. */
  readonly level = input<'panel' | 'page'>('panel');

  protected readonly doubt = computed(() => !isTrusted(this.store.reading()?.quality ?? 'UNKNOWN'));
  protected readonly overridden = computed(() => this.store.reading()?.flags.includes('overridden') ?? false);
  protected readonly zone = computed(() => this.sites.zoneOf(this.store.detail()?.site.id ?? ''));
  /** The id in the imported model without the namespace, which is the same for all of them. */
  protected readonly sourceName = computed(() => this.store.detail()?.sourceId?.replace(/^.*[#/](?=.)/, '') ?? null);
  protected readonly range = computed(() => {
    const point = this.store.detail();
    if (!point || (point.min === null && point.max === null)) return null;
    return this.t('point.range', { min: this.format.valueWithUnit(point.min, point), max: this.format.valueWithUnit(point.max, point) });
  });

  constructor() {
    effect(() => this.store.id.set(this.pointId()));
  }
}
