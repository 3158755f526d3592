import { Component, computed, inject, input, output, signal } from '@angular/core';
import { Api } from '../../core/api';
import { Format } from '../../core/format';
import { asRefused } from '../../core/refused';
import type { Refused } from '../../core/refused';
import { Session } from '../../core/session';
import type { ControllerDetail } from '../../core/wire';
import { Words } from '../../core/words';
import { LiveConnection } from '../../live/live-connection';
import { RefusalNote } from '../../ui/refusal-note';

/** What a technician has to settle: two boxes with one identity, or a restored box whose numbers start anew. */
@Component({
  selector: 'cp-controller-settlement',
  imports: [RefusalNote],
  template: `
    @if (heldUntil(); as until) {
      <p data-testid="commands-held">{{ t('controller.settle.held', { time: until }) }}</p>
      @if (maySettle()) {
        <button type="button" class="btn" [disabled]="busy() || !live.isLive()" (click)="settle()">{{ t('controller.settle.do') }}</button>
      }
    }
    @if (controller().streamConflict; as conflict) {
      <p data-testid="stream-conflict">{{ t('controller.settle.conflict', { stored: conflict.stored, next: conflict.next }) }}</p>
      @if (conflict.accepted) {
        <p class="mute">{{ t('controller.settle.accepted') }}</p>
      } @else if (maySettle()) {
        <button type="button" class="btn" [disabled]="busy() || !live.isLive()" (click)="accept()">{{ t('controller.settle.accept') }}</button>
      }
    }
    <cp-refusal [refused]="refused()" />
  `,
})
export class ControllerSettlement {
  private readonly api = inject(Api);
  private readonly format = inject(Format);
  private readonly session = inject(Session);
  protected readonly live = inject(LiveConnection);
  protected readonly t = inject(Words).t;
  readonly controller = input.required<ControllerDetail>();
  readonly zone = input.required<string | undefined>();
  readonly changed = output();
  protected readonly busy = signal(false);
  protected readonly refused = signal<Refused | null>(null);

  protected readonly maySettle = computed(() => this.session.can('controllers.confirm'));
  protected readonly heldUntil = computed(() => {
    const until = this.controller().commandsHeldUntil;
    return until === null ? null : this.format.time(until, this.zone());
  });

  protected settle(): Promise<void> {
    return this.write(() => this.api.settleIdentity(this.controller().id));
  }

  protected accept(): Promise<void> {
    return this.write(() => this.api.acceptNewStreams(this.controller().id));
  }

  private async write(change: () => Promise<unknown>): Promise<void> {
    this.busy.set(true);
    this.refused.set(null);
    try {
      await change();
      this.changed.emit();
    } catch (thrown) {
      this.refused.set(asRefused(thrown));
    } finally {
      this.busy.set(false);
    }
  }
}
