import { Component, inject, input, output, signal } from '@angular/core';
import type { AlarmDefinition } from '@cupola/contracts';
import { Api } from '../../core/api';
import { asRefused } from '../../core/refused';
import type { Refused } from '../../core/refused';
import { Words } from '../../core/words';
import { Modal } from '../../ui/modal';
import { RefusalNote } from '../../ui/refusal-note';
import { WatchedWords } from './watched-words';

/** Says what ends with a definition before it is deleted. */
@Component({
  selector: 'cp-delete-definition',
  imports: [Modal, RefusalNote],
  template: `
    <cp-modal [heading]="t('definition.deleteTitle', { name: watched.name(definition()) })" (closed)="closed.emit()">
      <div class="stack">
        <ul class="bullets mute">
          <li>{{ n('definition.deleteWatched', definition().alarms, { target: watched.target(definition()) }) }}</li>
          <li>{{ t('definition.deleteActive') }}</li>
          <li>{{ t('definition.deleteInstead') }}</li>
        </ul>
        <cp-refusal [refused]="refused()" />
        <div class="row">
          <button type="button" class="btn" (click)="closed.emit()">{{ t('action.cancel') }}</button>
          <button type="button" class="btn danger" [disabled]="busy()" (click)="remove()">{{ t('definition.deleteDo') }}</button>
        </div>
      </div>
    </cp-modal>
  `,
})
export class DeleteDefinition {
  private readonly api = inject(Api);
  private readonly words = inject(Words);
  protected readonly watched = inject(WatchedWords);
  protected readonly t = this.words.t;
  protected readonly n = this.words.n;
  readonly definition = input.required<AlarmDefinition>();
  readonly done = output();
  readonly closed = output();
  protected readonly busy = signal(false);
  protected readonly refused = signal<Refused | null>(null);

  protected async remove(): Promise<void> {
    this.busy.set(true);
    this.refused.set(null);
    try {
      await this.api.deleteDefinition(this.definition().id);
      this.done.emit();
    } catch (thrown) {
      this.refused.set(asRefused(thrown));
    } finally {
      this.busy.set(false);
    }
  }
}
