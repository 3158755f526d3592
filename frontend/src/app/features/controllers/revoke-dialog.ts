import { Component, inject, input, output, signal } from '@angular/core';
import { Api } from '../../core/api';
import { asRefused } from '../../core/refused';
import type { Refused } from '../../core/refused';
import type { ControllerDetail } from '../../core/wire';
import { Words } from '../../core/words';
import { Modal } from '../../ui/modal';
import { RefusalNote } from '../../ui/refusal-note';

/** Shuts a controller out, in two steps: what that does, then the reason and the controller's own name. */
@Component({
  selector: 'cp-revoke-dialog',
  imports: [Modal, RefusalNote],
  template: `
    <cp-modal [heading]="t('controller.revoke.title', { name: controller().name })" (closed)="closed.emit()">
      @if (step() === 'explain') {
        <div class="stack">
          <p>{{ t('controller.revoke.does') }}</p>
          <ul class="bullets mute">
            <li>{{ t('controller.revoke.session') }}</li>
            <li>{{ t('controller.revoke.points', { count: controller().points.bound }) }}</li>
            <li>{{ t('controller.revoke.back') }}</li>
          </ul>
          <div class="row">
            <button type="button" class="btn" (click)="closed.emit()">{{ t('action.cancel') }}</button>
            <button type="button" class="btn" (click)="step.set('decide')">{{ t('action.continue') }}</button>
          </div>
        </div>
      } @else {
        <form class="form" novalidate (submit)="submit($event)">
          <div class="field">
            <label for="revoke-reason">{{ t('controller.revoke.reason') }}</label>
            <input id="revoke-reason" maxlength="300" required autocomplete="off" [value]="reason()" (input)="reason.set(textOf($event))" />
          </div>
          <div class="field">
            <label for="revoke-name">{{ t('controller.revoke.typeName', { name: controller().name }) }}</label>
            <input id="revoke-name" required autocomplete="off" [value]="name()" (input)="name.set(textOf($event))" />
          </div>
          <cp-refusal [refused]="refused()" />
          <div class="actions">
            <button type="submit" class="btn danger" [disabled]="busy() || reason().trim() === '' || name().trim() !== controller().name">{{ t('controller.revoke.do') }}</button>
            <button type="button" class="btn" (click)="closed.emit()">{{ t('action.cancel') }}</button>
          </div>
        </form>
      }
    </cp-modal>
  `,
})
export class RevokeDialog {
  private readonly api = inject(Api);
  protected readonly t = inject(Words).t;
  readonly controller = input.required<ControllerDetail>();
  readonly done = output();
  readonly closed = output();
  protected readonly step = signal<'explain' | 'decide'>('explain');
  protected readonly reason = signal('');
  protected readonly name = signal('');
  protected readonly busy = signal(false);
  protected readonly refused = signal<Refused | null>(null);

  protected textOf(event: Event): string {
    return (event.target as HTMLInputElement).value;
  }

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    this.busy.set(true);
    this.refused.set(null);
    try {
      await this.api.revoke(this.controller().id, this.reason().trim());
      this.done.emit();
    } catch (thrown) {
      this.refused.set(asRefused(thrown));
    } finally {
      this.busy.set(false);
    }
  }
}
