import { Component, computed, inject, input, signal } from '@angular/core';
import { agrees } from '@cupola/domain';
import type { PointDetail } from '@cupola/contracts';
import { Format } from '../../core/format';
import { ServerClock } from '../../core/server-clock';
import { Ticker } from '../../core/ticker';
import type { Slot } from '../../core/wire';
import { Words } from '../../core/words';

/** The priority array: who holds which level, until when, and which one wins; asked and reported where they differ. */
@Component({
  selector: 'cp-slot-table',
  templateUrl: './slot-table.html',
})
export class SlotTable {
  private readonly clock = inject(ServerClock);
  private readonly ticker = inject(Ticker);
  protected readonly format = inject(Format);
  protected readonly t = inject(Words).t;
  readonly detail = input.required<PointDetail>();
  readonly timeZone = input.required<string | undefined>();
  protected readonly all = signal(false);
  /** Levels that are always worth seeing: the local ones' representative, the operator's, and the lowest. */
  private readonly usual = new Set([8, 16]);

  protected readonly rows = computed(() => {
    this.ticker.now();
    const detail = this.detail();
    return detail.slots
      .filter((slot) => this.all() || slot.intent !== null || slot.reported !== null || this.usual.has(slot.level))
      .map((slot) => ({ slot, wins: slot.level === detail.winner, ...this.describe(slot, detail) }));
  });

  private describe({ intent, reported }: Slot, detail: PointDetail) {
    const value = reported?.value ?? intent?.value ?? null;
    const differs = this.differenceOf(intent, reported, detail);
    const until = intent?.until ?? reported?.until ?? null;
    const left = until === null ? null : Date.parse(until) - this.clock.now();
    return {
      isEmpty: intent === null && reported === null,
      value: value === null ? '' : this.format.valueWithUnit(value, detail),
      who: intent ? [intent.by, intent.reason].filter(Boolean).join(', ') : reported ? this.t('slots.byController') : '',
      until: until === null ? '' : left !== null && left > 0 ? this.t('slots.left', { left: this.format.countdown(left), time: this.format.clock(until, this.timeZone()) }) : this.t('slots.over'),
      differs,
    };
  }

  /** What was asked and what the controller holds, where they are not the same. */
  private differenceOf(intent: Slot['intent'], reported: Slot['reported'], detail: PointDetail): string {
    if (intent?.value != null && reported === null) return this.t('slots.notReported');
    if (intent?.value != null && reported && !agrees(intent.value, reported.value, detail.resolution)) {
      return this.t('slots.differs', { asked: this.format.valueWithUnit(intent.value, detail), reported: this.format.valueWithUnit(reported.value, detail) });
    }
    return '';
  }
}
