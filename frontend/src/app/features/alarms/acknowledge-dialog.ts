import { Component, computed, inject, input, output, signal } from '@angular/core';
import type { Alarm } from '@cupola/contracts';
import { Words } from '../../core/words';
import { AlarmStore } from '../../live/alarm-store';
import { AlarmWords } from '../../live/alarm-words';
import { AlarmBadge } from '../../ui/alarm-badge';
import { Modal } from '../../ui/modal';
import { AlarmActs } from './alarm-acts';

const LISTED = 8;

/** Acknowledges what was on screen when it was opened, with a comment for those who come after. */
@Component({
  selector: 'cp-acknowledge-dialog',
  imports: [AlarmBadge, Modal],
  template: `
    <cp-modal [heading]="n('alarm.acknowledgeTitle', alarms().length)" (closed)="closed.emit()">
      <form class="form" novalidate (submit)="submit($event)">
        <ul class="alarm-chosen">
          @for (alarm of listed(); track alarm.id) {
            <li><cp-alarm-badge [priority]="alarm.priority" [state]="alarm.state" /><span class="sr-only">{{ t('alarm.priorityN', { n: alarm.priority }) }}</span><span><b>{{ words.where(alarm) }}</b> {{ words.name(alarm.definition) }}</span></li>
          }
          @if (alarms().length > listed().length) {
            <li class="mute">{{ n('alarm.more', alarms().length - listed().length) }}</li>
          }
        </ul>
        <p class="mute">{{ n('alarm.acknowledgeMeans', alarms().length) }}</p>
        <div class="field">
          <label for="acknowledge-comment">{{ t('alarm.commentOptional') }}</label>
          <input id="acknowledge-comment" maxlength="500" autocomplete="off" [value]="comment()" (input)="comment.set(textOf($event))" />
        </div>
        @if (acts.problems().length > 0) {
          <div class="note bad" role="alert">
            @for (problem of acts.problems(); track $index) {
              <p>{{ problem }}</p>
            }
          </div>
        }
        <div class="actions">
          <button type="submit" class="btn pri" data-first [disabled]="acts.busy() || !store.isLive()">{{ t('alarm.acknowledge') }}</button>
          <button type="button" class="btn" (click)="closed.emit()">{{ t('action.cancel') }}</button>
          @if (!store.isLive()) {
            <span class="mute">{{ t('alarm.notLive') }}</span>
          }
        </div>
      </form>
    </cp-modal>
  `,
})
export class AcknowledgeDialog {
  private readonly sentences = inject(Words);
  protected readonly t = this.sentences.t;
  protected readonly n = this.sentences.n;
  protected readonly words = inject(AlarmWords);
  protected readonly acts = inject(AlarmActs);
  protected readonly store = inject(AlarmStore);
  readonly alarms = input.required<readonly Alarm[]>();
  readonly closed = output();
  protected readonly comment = signal('');
  protected readonly listed = computed(() => this.alarms().slice(0, LISTED));

  protected textOf(event: Event): string {
    return (event.target as HTMLInputElement).value;
  }

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.acts.busy()) return;
    if (await this.acts.acknowledge(this.alarms(), this.comment().trim())) this.closed.emit();
  }
}
