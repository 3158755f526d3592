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

/** How old the controller's secret is, how far its replacement got, and the button that replaces it. */
@Component({
  selector: 'cp-controller-secret',
  imports: [RefusalNote],
  template: `
    <div class="row">
      <span data-testid="secret-state">{{ state() }}</span>
      @if (mayRotate()) {
        <button type="button" class="btn" [disabled]="busy() || !live.isLive()" (click)="rotate()">{{ t('controller.secret.do') }}</button>
      }
    </div>
    <cp-refusal [refused]="refused()" />
  `,
})
export class ControllerSecret {
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

  protected readonly mayRotate = computed(() => {
    const { status, secret } = this.controller();
    return status === 'active' && secret.rotation === null && this.session.can('controllers.confirm');
  });

  protected readonly state = computed(() => {
    const { since, rotation } = this.controller().secret;
    if (rotation !== null) return this.t(rotation.handedAt === null ? 'controller.secret.waiting' : 'controller.secret.handed');
    return since === null ? this.t('controller.unknown') : this.t('controller.since', { time: this.format.time(since, this.zone()) });
  });

  protected async rotate(): Promise<void> {
    this.busy.set(true);
    this.refused.set(null);
    try {
      await this.api.rotateSecret(this.controller().id);
      this.changed.emit();
    } catch (thrown) {
      this.refused.set(asRefused(thrown));
    } finally {
      this.busy.set(false);
    }
  }
}
