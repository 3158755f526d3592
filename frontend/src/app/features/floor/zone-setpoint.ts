import { Component, computed, effect, inject, input } from '@angular/core';
import { Sites } from '../../core/sites';
import { Failure } from '../../ui/failure';
import { Skeleton } from '../../ui/skeleton';
import { CommandTrail } from '../point/command-trail';
import { OverrideForm } from '../point/override-form';
import { PointStore } from '../point/point-store';
import { SlotTable } from '../point/slot-table';

/** Who commands a zone's setpoint, and the means to override it, beside the zone's own value. */
@Component({
  selector: 'cp-zone-setpoint',
  imports: [CommandTrail, Failure, OverrideForm, Skeleton, SlotTable],
  providers: [PointStore],
  host: { class: 'stack' },
  template: `
    @if (store.detail(); as point) {
      <cp-slot-table [detail]="point" [timeZone]="zone()" />
      <cp-override-form [detail]="point" [timeZone]="zone()" />
      <cp-command-trail [detail]="point" [timeZone]="zone()" [shown]="1" />
    } @else if (store.failure(); as thrown) {
      <cp-failure [thrown]="thrown" (retry)="store.reload()" />
    } @else {
      <cp-skeleton [rows]="4" />
    }
  `,
})
export class ZoneSetpoint {
  protected readonly store = inject(PointStore);
  private readonly sites = inject(Sites);
  readonly pointId = input.required<string>();
  protected readonly zone = computed(() => this.sites.zoneOf(this.store.detail()?.site.id ?? ''));

  constructor() {
    effect(() => this.store.id.set(this.pointId()));
  }
}
