import { Component, computed, inject, input, output, signal } from '@angular/core';
import { Api } from '../../core/api';
import { asRefused } from '../../core/refused';
import type { Refused } from '../../core/refused';
import type { ControllerDetail } from '../../core/wire';
import { Words } from '../../core/words';
import { Modal } from '../../ui/modal';
import { RefusalNote } from '../../ui/refusal-note';

/** Lets a pending controller in, after a person compared the serial number with the box in front of them. */
@Component({
  selector: 'cp-confirm-dialog',
  imports: [Modal, RefusalNote],
  template: `
    <cp-modal [heading]="t('controller.confirm.title', { name: controller().name })" (closed)="closed.emit()">
      <form class="form" novalidate (submit)="submit($event)">
        <p>{{ t('controller.confirm.compare') }}</p>
        <p class="serial mono">{{ controller().serial ?? t('controller.unknown') }}</p>
        <p class="mute">{{ t('controller.confirm.means') }}</p>
        <label class="choice"><input type="checkbox" [checked]="compared()" (change)="compared.set(!compared())" />{{ t('controller.confirm.compared') }}</label>
        <cp-refusal [refused]="refused()" />
        <div class="actions">
          <button type="submit" class="btn pri" [disabled]="busy() || !compared()">{{ t('controller.confirm.do') }}</button>
          <button type="button" class="btn" (click)="closed.emit()">{{ t('action.cancel') }}</button>
        </div>
      </form>
    </cp-modal>
  `,
})
export class ConfirmDialog {
  private readonly api = inject(Api);
  protected readonly t = inject(Words).t;
  readonly controller = input.required<ControllerDetail>();
  readonly done = output();
  readonly closed = output();
  protected readonly compared = signal(false);
  protected readonly busy = signal(false);
  protected readonly refused = signal<Refused | null>(null);
  private readonly serial = computed(() => this.controller().serial);

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    this.busy.set(true);
    this.refused.set(null);
    try {
      await this.api.confirm(this.controller().id, this.serial());
      this.done.emit();
    } catch (thrown) {
      this.refused.set(asRefused(thrown));
    } finally {
      this.busy.set(false);
    }
  }
}
