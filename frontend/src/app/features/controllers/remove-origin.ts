import { Component, inject, input, output, signal } from '@angular/core';
import { Api } from '../../core/api';
import { asRefused } from '../../core/refused';
import type { Refused } from '../../core/refused';
import { Words } from '../../core/words';
import { Modal } from '../../ui/modal';
import { RefusalNote } from '../../ui/refusal-note';

/** Says whose sessions end before an origin is taken off a site's list. */
@Component({
  selector: 'cp-remove-origin',
  imports: [Modal, RefusalNote],
  template: `
    <cp-modal [heading]="t('origins.removeTitle', { origin: origin() })" (closed)="closed.emit()">
      <div class="stack">
        <ul class="bullets mute">
          <li>{{ t('origins.closes', { site: siteName() }) }}</li>
          <li>{{ t('origins.staysOut') }}</li>
          <li>{{ t('origins.others') }}</li>
        </ul>
        <cp-refusal [refused]="refused()" />
        <div class="row">
          <button type="button" class="btn" (click)="closed.emit()">{{ t('action.cancel') }}</button>
          <button type="button" class="btn danger" [disabled]="busy()" (click)="remove()">{{ t('origins.removeDo') }}</button>
        </div>
      </div>
    </cp-modal>
  `,
})
export class RemoveOrigin {
  private readonly api = inject(Api);
  protected readonly t = inject(Words).t;
  readonly site = input.required<string>();
  readonly siteName = input.required<string>();
  readonly origin = input.required<string>();
  readonly done = output();
  readonly closed = output();
  protected readonly busy = signal(false);
  protected readonly refused = signal<Refused | null>(null);

  protected async remove(): Promise<void> {
    this.busy.set(true);
    this.refused.set(null);
    try {
      await this.api.changeDeviceOrigins(this.site(), (known) => known.filter((each) => each !== this.origin()));
      this.done.emit();
    } catch (thrown) {
      this.refused.set(asRefused(thrown));
    } finally {
      this.busy.set(false);
    }
  }
}
