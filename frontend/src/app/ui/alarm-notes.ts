import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Alarm } from '@cupola/contracts';
import { Words } from '../core/words';
import { AlarmWords } from '../live/alarm-words';
import { byUrgency } from '../live/alarm-order';
import { AlarmBadge } from './alarm-badge';

const MOST = 3;

/** The alarms of a place or point beside its values, each a way to the alarm itself. */
@Component({
  selector: 'cp-alarm-notes',
  imports: [AlarmBadge, RouterLink],
  host: { '[class.empty]': 'alarms().length === 0' },
  template: `
    @for (alarm of shown(); track alarm.id) {
      <a class="alarm-note" [class.p1]="alarm.priority === 1" [class.p2]="alarm.priority === 2" [class.p3]="alarm.priority === 3" [class.p4]="alarm.priority === 4" [routerLink]="['/alarms', alarm.id, alarm.occurrence]">
        <cp-alarm-badge [priority]="alarm.priority" [state]="alarm.state" />
        <span><span class="sr-only">{{ t('alarm.priorityN', { n: alarm.priority }) }}</span><b>{{ words.name(alarm.definition) }}</b> <span class="mute">{{ words.stateMeans(alarm) }}, {{ words.age(alarm) }}</span>
          @if (alarm.definition.action) {
            <span class="alarm-action">{{ words.action(alarm) }}</span>
          }
        </span>
      </a>
    }
    @if (alarms().length > shown().length) {
      <a class="quiet" routerLink="/alarms">{{ n('alarm.more', alarms().length - shown().length) }}</a>
    }
  `,
})
export class AlarmNotes {
  private readonly sentences = inject(Words);
  protected readonly t = this.sentences.t;
  protected readonly n = this.sentences.n;
  protected readonly words = inject(AlarmWords);
  readonly alarms = input.required<readonly Alarm[]>();
  protected readonly shown = computed(() => [...this.alarms()].sort(byUrgency).slice(0, MOST));
}
