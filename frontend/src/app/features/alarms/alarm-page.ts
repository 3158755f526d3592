import { Component, computed, effect, inject, input, signal, viewChild } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import type { Alarm } from '@cupola/contracts';
import { ALARM_PRIORITIES } from '@cupola/domain';
import { Crumbs } from '../../core/crumbs';
import { Session } from '../../core/session';
import { Sites } from '../../core/sites';
import { Words } from '../../core/words';
import { AlarmStore } from '../../live/alarm-store';
import type { Occurrence } from '../../live/alarm-store';
import { AcknowledgeDialog } from './acknowledge-dialog';
import { AlarmActs } from './alarm-acts';
import { AlarmDetailPanel } from './alarm-detail';
import { AlarmJournal } from './alarm-journal';
import { AlarmList } from './alarm-list';
import { CommentDialog } from './comment-dialog';
import { PastOccurrence } from './past-occurrence';

/** Everything that is wrong now, one alarm of it beside the list, and what has happened. */
@Component({
  selector: 'cp-alarm-page',
  imports: [AcknowledgeDialog, AlarmDetailPanel, AlarmJournal, AlarmList, CommentDialog, PastOccurrence, RouterLink],
  providers: [AlarmActs],
  host: { class: 'page alarms' },
  templateUrl: './alarm-page.html',
})
export class AlarmPage {
  protected readonly store = inject(AlarmStore);
  protected readonly acts = inject(AlarmActs);
  protected readonly session = inject(Session);
  private readonly sites = inject(Sites);
  private readonly router = inject(Router);
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  protected readonly n = this.words.n;
  private readonly list = viewChild(AlarmList);

  /** All from the address. */
  readonly id = input<string>();
  readonly occurrence = input<string>();
  readonly tab = input<string>();
  readonly floor = input<string>();
  readonly priority = input<string>();

  protected readonly isHistory = computed(() => this.tab() === 'history');
  protected readonly priorities = ALARM_PRIORITIES;
  protected readonly lowest = computed(() => ALARM_PRIORITIES.find((priority) => String(priority) === this.priority()) ?? 4);
  protected readonly floors = computed(() =>
    this.sites.buildings().flatMap(({ building }) => building.floors.map((floor) => ({ id: floor.id, label: this.t('alarm.floorOf', { floor: floor.name, building: building.name }) }))),
  );
  protected readonly filtered = computed(() => {
    const [floor, lowest] = [this.floor(), this.lowest()];
    return this.store.annunciated().filter((alarm) => alarm.priority <= lowest && (!floor || alarm.floor?.id === floor));
  });
  /** The occurrence of the address, unless it is the present one of an alarm that is not normal: that one can be acted on. */
  protected readonly past = computed(() => {
    const [id, occurrence] = [this.id(), this.occurrence()];
    if (!id || occurrence === undefined || this.store.alarms() === null) return null;
    return this.store.alarm(id)?.occurrence === Number(occurrence) ? null : Number(occurrence);
  });
  protected readonly filterKey = computed(() => `${this.floor() ?? ''}/${this.lowest()}`);
  protected readonly hidden = computed(() => this.store.annunciated().length - this.filtered().length);
  protected readonly mayAcknowledge = computed(() => this.session.can('alarms.acknowledge'));
  protected readonly summary = computed(() => {
    const asking = this.store.asking().length;
    return asking > 0 ? this.n('alarm.toAcknowledge', asking) : '';
  });

  /** What a dialog was opened for: the alarms as they were seen then. */
  protected readonly acknowledging = signal<readonly Alarm[] | null>(null);
  protected readonly commenting = signal<Alarm | null>(null);

  constructor() {
    const crumbs = inject(Crumbs);
    effect(() => crumbs.trail.set([{ label: this.t('nav.alarms') }]));
  }

  /** Null closes what is open. A line of the journal may be older than the first occurrence. */
  protected open(chosen: Occurrence | null): void {
    this.acts.forget();
    const occurrence = chosen && chosen.occurrence > 0 ? [chosen.occurrence] : [];
    void this.router.navigate(chosen ? ['/alarms', chosen.id, ...occurrence] : ['/alarms'], { queryParamsHandling: 'preserve' });
  }

  protected show(query: Record<string, string | null>): void {
    void this.router.navigate([], { queryParams: query, queryParamsHandling: 'merge' });
  }

  protected chosen(event: Event): string | null {
    return (event.target as HTMLSelectElement).value || null;
  }

  protected askAcknowledge(alarms: readonly Alarm[]): void {
    this.acts.forget();
    if (this.mayAcknowledge() && alarms.length > 0) this.acknowledging.set(alarms);
  }

  protected askComment(alarm: Alarm): void {
    this.acts.forget();
    if (this.mayAcknowledge()) this.commenting.set(alarm);
  }

  /** A dialog gives the focus back to the list that it was called from. */
  protected closeDialog(): void {
    this.acknowledging.set(null);
    this.commenting.set(null);
    this.list()?.focusCursor();
  }
}
