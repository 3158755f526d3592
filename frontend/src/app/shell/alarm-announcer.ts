import { Component, DestroyRef, effect, inject, signal, untracked } from '@angular/core';
import type { Alarm } from '@cupola/contracts';
import { AlarmWords } from '../live/alarm-words';
import { AlarmStore, occurrenceOf } from '../live/alarm-store';
import { Words } from '../core/words';

/** A flood is summed up: a screen reader that never falls silent says nothing. */
const PAUSE_MS = 5000;

/** Speaks new alarms of priority 1 and 2. What was there when the console was opened is on screen, and is not announced. */
@Component({
  selector: 'cp-alarm-announcer',
  host: { class: 'sr-only', role: 'alert' },
  template: `{{ spoken() }}`,
})
export class AlarmAnnouncer {
  private readonly store = inject(AlarmStore);
  private readonly words = inject(Words);
  private readonly alarmWords = inject(AlarmWords);
  private announced: Set<string> | null = null;
  private waiting: Alarm[] = [];
  private pause: ReturnType<typeof setTimeout> | undefined;
  protected readonly spoken = signal('');

  constructor() {
    effect(() => {
      const asking = this.store.alarms() && this.store.asking().filter(({ state, priority }) => state === 'UNACK' && priority <= 2);
      untracked(() => this.hear(asking));
    });
    inject(DestroyRef).onDestroy(() => clearTimeout(this.pause));
  }

  private hear(asking: readonly Alarm[] | null): void {
    const before = this.announced;
    this.announced = asking && new Set(asking.map(occurrenceOf));
    if (!asking || !before) return;
    this.waiting.push(...asking.filter((alarm) => !before.has(occurrenceOf(alarm))));
    if (this.pause === undefined) this.speak();
  }

  private speak(): void {
    this.pause = undefined;
    const [first, ...others] = this.waiting;
    this.waiting = [];
    if (!first) return;
    const { t, n } = this.words;
    const worst = others.reduce((one, other) => (other.priority < one.priority ? other : one), first);
    const sentence = t('alarm.announce', { priority: worst.priority, where: this.alarmWords.where(worst), what: this.alarmWords.name(worst.definition) });
    this.spoken.set(others.length === 0 ? sentence : `${n('alarm.announceMany', others.length + 1)} ${sentence}`);
    this.pause = setTimeout(() => this.speak(), PAUSE_MS);
  }
}
