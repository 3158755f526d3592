import { Component, inject, input, output, signal } from '@angular/core';
import type { Alarm } from '@cupola/contracts';
import { Words } from '../../core/words';
import { AlarmStore } from '../../live/alarm-store';
import { AlarmWords } from '../../live/alarm-words';
import { Modal } from '../../ui/modal';
import { AlarmActs } from './alarm-acts';

/** A remark in the journal of an alarm. It changes nothing else. */
@Component({
  selector: 'cp-comment-dialog',
  imports: [Modal],
  template: `
    <cp-modal [heading]="t('alarm.commentOn', { where: words.where(alarm()) })" (closed)="closed.emit()">
      <form class="form" novalidate (submit)="submit($event)">
        <div class="field">
          <label for="alarm-comment">{{ t('alarm.comment') }}</label>
          <textarea id="alarm-comment" maxlength="500" required data-first [value]="text()" (input)="text.set(textOf($event))"></textarea>
          <span class="hint">{{ t('alarm.commentHint') }}</span>
        </div>
        @for (problem of acts.problems(); track $index) {
          <p class="note bad" role="alert">{{ problem }}</p>
        }
        <div class="actions">
          <button type="submit" class="btn pri" [disabled]="acts.busy() || !store.isLive() || text().trim() === ''">{{ t('alarm.commentDo') }}</button>
          <button type="button" class="btn" (click)="closed.emit()">{{ t('action.cancel') }}</button>
        </div>
      </form>
    </cp-modal>
  `,
})
export class CommentDialog {
  protected readonly t = inject(Words).t;
  protected readonly words = inject(AlarmWords);
  protected readonly acts = inject(AlarmActs);
  protected readonly store = inject(AlarmStore);
  readonly alarm = input.required<Alarm>();
  readonly closed = output();
  protected readonly text = signal('');

  protected textOf(event: Event): string {
    return (event.target as HTMLTextAreaElement).value;
  }

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.acts.busy() || this.text().trim() === '') return;
    if (await this.acts.comment(this.alarm(), this.text().trim())) this.closed.emit();
  }
}
