import { Component, DestroyRef, computed, effect, inject } from '@angular/core';
import { DOCUMENT } from '@angular/common';
import { RouterLink } from '@angular/router';
import { Words } from '../core/words';
import { AlarmStore } from '../live/alarm-store';
import { AlarmWords } from '../live/alarm-words';
import { AlarmBadge } from '../ui/alarm-badge';
import { Icon } from '../ui/icon';
import { AlarmAnnouncer } from './alarm-announcer';

const TOP = 3;
/** Half of a second's blink; one clock for all badges, or a list of them would flicker. */
const HALF_BLINK_MS = 500;

/** What asks for attention, on every page: counts by priority, and the three most urgent. */
@Component({
  selector: 'cp-alarm-banner',
  imports: [AlarmAnnouncer, AlarmBadge, Icon, RouterLink],
  host: { role: 'region', '[attr.aria-label]': "t('alarm.banner')" },
  template: `
    <div class="alarm-banner lives">
      <a class="alarm-counts" routerLink="/alarms">
        <span class="sr-only">{{ t('alarm.counts') }}</span>
        @for (each of store.counts(); track each.priority) {
          <span class="count" [class.zero]="each.count === 0"><cp-alarm-badge [priority]="each.priority" state="ACKED" [size]="18" /><span class="sr-only">{{ t('alarm.priorityN', { n: each.priority }) }}</span><span class="value-text">{{ each.count }}</span></span>
        }
      </a>
      @if (store.whileAway(); as missed) {
        <span class="alarm-away"><a routerLink="/alarms">{{ n('alarm.whileAway', missed) }}</a><button type="button" class="icon-btn" [attr.aria-label]="t('alarm.whileAwaySeen')" (click)="store.whileAway.set(null)"><cp-icon name="close" [size]="14" /></button></span>
      }
      @for (alarm of top(); track alarm.id) {
        <a class="alarm-top" [routerLink]="['/alarms', alarm.id, alarm.occurrence]">
          <cp-alarm-badge [priority]="alarm.priority" [state]="alarm.state" /><span class="sr-only">{{ t('alarm.priorityN', { n: alarm.priority }) }}</span>
          <span class="cut value-text" [attr.title]="words.where(alarm) + ' ' + words.name(alarm.definition)"><b>{{ words.where(alarm) }}</b> {{ words.name(alarm.definition) }}</span><time class="value-text">{{ words.since(alarm) }}</time>
        </a>
      } @empty {
        <span class="alarm-none value-text">{{ nothing() }}</span>
      }
    </div>
    <cp-alarm-announcer />
  `,
})
export class AlarmBanner {
  protected readonly store = inject(AlarmStore);
  protected readonly words = inject(AlarmWords);
  private readonly sentences = inject(Words);
  protected readonly t = this.sentences.t;
  protected readonly n = this.sentences.n;
  protected readonly top = computed(() => this.store.asking().slice(0, TOP));
  protected readonly nothing = computed(() => {
    if (this.store.failure()) return this.t('alarm.notReadable');
    return this.t(this.store.alarms() === null ? 'alarm.reading' : 'alarm.nothingToAcknowledge');
  });
  private readonly blinks = computed(() => this.store.asking().some(({ state }) => state === 'UNACK'));

  constructor() {
    const root = inject(DOCUMENT).documentElement;
    const rest = () => root.classList.remove('blink');
    effect((onCleanup) => {
      if (!this.blinks()) return;
      const timer = setInterval(() => root.classList.toggle('blink'), HALF_BLINK_MS);
      onCleanup(() => {
        clearInterval(timer);
        rest();
      });
    });
    inject(DestroyRef).onDestroy(rest);
  }
}
