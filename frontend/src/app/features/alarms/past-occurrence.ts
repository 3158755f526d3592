import { Component, computed, inject, input, output, resource } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Api } from '../../core/api';
import { Format } from '../../core/format';
import { asRefused } from '../../core/refused';
import { Words } from '../../core/words';
import { AlarmStore } from '../../live/alarm-store';
import { AlarmWords } from '../../live/alarm-words';
import { CopyLink } from '../../ui/copy-link';
import { Failure } from '../../ui/failure';
import { Icon } from '../../ui/icon';
import { Skeleton } from '../../ui/skeleton';
import { JournalWords } from './journal-words';
import { OccurrenceTrend } from './occurrence-trend';

/** One time that an alarm was raised, as the journal tells it: what a link leads to long after it is over. */
@Component({
  selector: 'cp-past-occurrence',
  imports: [CopyLink, Failure, Icon, OccurrenceTrend, RouterLink, Skeleton],
  host: { class: 'stack alarm-detail' },
  templateUrl: './past-occurrence.html',
})
export class PastOccurrence {
  private readonly api = inject(Api);
  private readonly store = inject(AlarmStore);
  protected readonly format = inject(Format);
  protected readonly words = inject(AlarmWords);
  protected readonly journal = inject(JournalWords);
  protected readonly t = inject(Words).t;
  readonly id = input.required<string>();
  readonly occurrence = input.required<number>();
  readonly closed = output();

  /** Read again with every journal line of this alarm. */
  protected readonly loaded = resource({
    params: () => ({ id: this.id(), occurrence: this.occurrence(), version: this.store.versionOf(this.id()) }),
    loader: ({ params, abortSignal }) => this.api.alarmOccurrence(params.id, params.occurrence, abortSignal),
  });
  protected readonly isUnknown = computed(() => asRefused(this.loaded.error()).extra.status === 404);

  /** What its trend is drawn in. An alarm of a controller has none. */
  protected readonly point = resource({
    params: () => (this.loaded.hasValue() ? this.loaded.value().alarm.point?.id : undefined),
    loader: ({ params, abortSignal }) => this.api.point(params, abortSignal),
  });
  protected readonly told = computed(() => {
    const read = this.loaded.hasValue() ? this.loaded.value() : null;
    if (!read) return null;
    const { alarm, from, to, ackedAt, ackedBy, journal } = read;
    const zone = this.words.zone(alarm);
    const after = ackedAt && this.t('alarm.acknowledgedAfter', { span: this.format.span(Math.max(0, Date.parse(ackedAt) - Date.parse(from))) });
    return {
      read,
      alarm,
      zone,
      from: this.format.time(from, zone),
      to: to === null ? this.t('alarm.stillActive') : this.format.time(to, zone),
      lasted: to === null ? null : this.format.span(Date.parse(to) - Date.parse(from)),
      acked: after ? [ackedBy === null ? '' : this.words.person(ackedBy), after].filter(Boolean).join(', ') : this.t('alarm.neverAcknowledged'),
      lines: [...journal].reverse(),
    };
  });
}
