import { Component, inject, input, output, signal } from '@angular/core';
import type { Claim } from '@cupola/contracts';
import { Api } from '../../core/api';
import { asRefused } from '../../core/refused';
import type { Refused } from '../../core/refused';
import type { ControllerDetail } from '../../core/wire';
import { Words } from '../../core/words';
import { Modal } from '../../ui/modal';
import { RefusalNote } from '../../ui/refusal-note';
import { ClaimCard } from './claim-card';

/** Makes a new claim code; the one before stops working at that moment. */
@Component({
  selector: 'cp-claim-dialog',
  imports: [ClaimCard, Modal, RefusalNote],
  template: `
    <cp-modal [heading]="t('claim.title')" (closed)="closed.emit()">
      <div class="stack">
        @if (claim(); as made) {
          <p class="mute no-print">{{ t('claim.once') }}</p>
          <cp-claim-card [claim]="made" [name]="controller().name" />
          <div class="row no-print">
            <button type="button" class="btn pri" (click)="closed.emit()">{{ t('action.done') }}</button>
            <button type="button" class="btn" (click)="print()">{{ t('action.print') }}</button>
          </div>
        } @else {
          <p>{{ t('claim.replaces', { name: controller().name }) }}</p>
          <cp-refusal [refused]="refused()" />
          <div class="row">
            <button type="button" class="btn pri" [disabled]="busy()" (click)="make()">{{ t('claim.new') }}</button>
            <button type="button" class="btn" (click)="closed.emit()">{{ t('action.cancel') }}</button>
          </div>
        }
      </div>
    </cp-modal>
  `,
})
export class ClaimDialog {
  private readonly api = inject(Api);
  protected readonly t = inject(Words).t;
  readonly controller = input.required<ControllerDetail>();
  readonly closed = output();
  protected readonly claim = signal<Claim | null>(null);
  protected readonly busy = signal(false);
  protected readonly refused = signal<Refused | null>(null);

  protected print(): void {
    window.print();
  }

  protected async make(): Promise<void> {
    this.busy.set(true);
    this.refused.set(null);
    try {
      this.claim.set(await this.api.newClaim(this.controller().id));
    } catch (thrown) {
      this.refused.set(asRefused(thrown));
    } finally {
      this.busy.set(false);
    }
  }
}
