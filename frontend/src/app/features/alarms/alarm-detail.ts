import { Component, computed, effect, inject, input, linkedSignal, output, resource } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Alarm, AlarmDetail } from '@cupola/contracts';
import { Api } from '../../core/api';
import { Format } from '../../core/format';
import { ServerClock } from '../../core/server-clock';
import { Ticker } from '../../core/ticker';
import { Words } from '../../core/words';
import { asksForAcknowledgement, drawnLimits, raisedAt } from '../../live/alarm-order';
import { AlarmStore } from '../../live/alarm-store';
import { AlarmWords } from '../../live/alarm-words';
import { AlarmBadge } from '../../ui/alarm-badge';
import { CopyLink } from '../../ui/copy-link';
import { Failure } from '../../ui/failure';
import { Icon } from '../../ui/icon';
import { Skeleton } from '../../ui/skeleton';
import { Sparkline } from '../../ui/sparkline';
import { PointStore } from '../point/point-store';
import { AlarmActs } from './alarm-acts';
import { JournalWords } from './journal-words';

const OCCURRENCES = 10;

/** One alarm: what it means, what to do and by when, what happened before, and the means to answer it. */
@Component({
  selector: 'cp-alarm-detail',
  imports: [AlarmBadge, CopyLink, Failure, Icon, RouterLink, Skeleton, Sparkline],
  providers: [PointStore],
  host: { class: 'stack alarm-detail' },
  templateUrl: './alarm-detail.html',
})
export class AlarmDetailPanel {
  private readonly api = inject(Api);
  private readonly clock = inject(ServerClock);
  private readonly ticker = inject(Ticker);
  protected readonly store = inject(AlarmStore);
  protected readonly acts = inject(AlarmActs);
  protected readonly points = inject(PointStore);
  protected readonly format = inject(Format);
  protected readonly words = inject(AlarmWords);
  protected readonly journal = inject(JournalWords);
  private readonly sentences = inject(Words);
  protected readonly t = this.sentences.t;

  readonly id = input.required<string>();
  readonly mayAcknowledge = input.required<boolean>();
  readonly comment = output<Alarm>();
  readonly closed = output();

  /** Read again with every journal line of this alarm. */
  protected readonly loaded = resource({
    params: () => ({ id: this.id(), version: this.store.versionOf(this.id()) }),
    loader: ({ params, abortSignal }) => this.api.alarm(params.id, abortSignal),
  });
  /** What was read last stays while it is read again. */
  private readonly read = linkedSignal<AlarmDetail | null, AlarmDetail | null>({
    source: () => (this.loaded.hasValue() ? this.loaded.value() : null),
    computation: (detail, previous) => detail ?? previous?.value ?? null,
  });
  protected readonly detail = computed(() => (this.read()?.id === this.id() ? this.read() : null));
  protected readonly alarm = computed<Alarm | null>(() => this.store.alarm(this.id()) ?? this.detail());

  protected readonly asks = computed(() => {
    const alarm = this.alarm();
    return alarm !== null && asksForAcknowledgement(alarm);
  });
  protected readonly mayReset = computed(() => (this.alarm()?.latched ?? false) && (this.alarm()?.acked ?? false));
  protected readonly zone = computed(() => {
    const alarm = this.alarm();
    return alarm ? this.words.zone(alarm) : undefined;
  });
  protected readonly limits = computed(() => {
    const definition = this.alarm()?.definition;
    return definition ? drawnLimits(definition) : [];
  });
  protected readonly reading = computed(() => {
    const [point, reading] = [this.points.detail(), this.points.reading()];
    return point && reading ? { point, text: this.format.valueWithUnit(reading.value, point), isTrusted: reading.quality === 'GOOD' } : null;
  });
  /** "limit 24.5, deadband 0.5", or the condition in words where there is no limit. */
  protected readonly rule = computed(() => {
    const alarm = this.alarm();
    if (!alarm) return '';
    const { condition, limit, deadband } = alarm.definition;
    const parts = [this.t(`alarm.condition.${condition}`, { limit: limit === null ? '' : this.format.quantity(limit, alarm.unit) })];
    if (deadband > 0) parts.push(this.t('alarm.deadband', { deadband: this.format.quantity(deadband, alarm.unit) }));
    return parts.join(', ');
  });
  protected readonly within = computed(() => {
    this.ticker.now();
    const alarm = this.alarm();
    const ms = alarm?.definition.respondWithinMs ?? null;
    if (!alarm || ms === null) return null;
    const span = this.format.span(ms);
    if (!alarm.active || alarm.activeSince === null) return span;
    const left = Date.parse(alarm.activeSince) + ms - this.clock.now();
    return this.t(left > 0 ? 'alarm.withinLeft' : 'alarm.withinOver', { span, left: this.format.span(Math.abs(left)) });
  });
  protected readonly raised = computed(() => {
    const alarm = this.alarm();
    return alarm && alarm.state !== 'NORM' ? this.format.time(raisedAt(alarm), this.zone()) : null;
  });
  protected readonly occurrences = computed(() =>
    [...(this.detail()?.occurrences ?? [])]
      .sort((a, b) => b.occurrence - a.occurrence)
      .slice(0, OCCURRENCES)
      .map(({ occurrence, from, to, ackedAt }) => ({
        occurrence,
        from: this.format.clock(from, this.zone()),
        lasted: to === null ? this.t('alarm.stillActive') : this.format.span(Date.parse(to) - Date.parse(from)),
        acked: ackedAt === null ? this.t('alarm.neverAcknowledged') : this.t('alarm.acknowledgedAfter', { span: this.format.span(Math.max(0, Date.parse(ackedAt) - Date.parse(from))) }),
      })),
  );
  protected readonly lines = computed(() => [...(this.detail()?.journal ?? [])].sort((a, b) => b.number - a.number));

  constructor() {
    effect(() => this.points.id.set(this.alarm()?.point?.id ?? null));
  }
}
