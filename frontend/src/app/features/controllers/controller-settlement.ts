import { Component, computed, inject, input, output, signal } from '@angular/core';
import type { IdentityDoubt } from '@cupola/domain';
import { Api } from '../../core/api';
import { Format } from '../../core/format';
import { asRefused } from '../../core/refused';
import type { Refused } from '../../core/refused';
import { Session } from '../../core/session';
import type { ControllerDetail } from '../../core/wire';
import { Words } from '../../core/words';
import type { WordKey } from '../../core/words';
import { LiveConnection } from '../../live/live-connection';
import { RefusalNote } from '../../ui/refusal-note';
import { TimelineWords } from './timeline-words';

const DOUBT_WORDS = {
  old_secret: 'controller.settle.old_secret', clone: 'controller.settle.clone', duplicate_identity: 'controller.settle.duplicate_identity',
} as const satisfies Record<IdentityDoubt, WordKey>;

/** What a technician has to settle: two boxes with one identity, or a restored box whose numbers start anew. */
@Component({
  selector: 'cp-controller-settlement',
  imports: [RefusalNote],
  template: `
    @if (controller().identityDoubt; as doubt) {
      <p data-testid="identity-doubt"><b>{{ t(doubtWords[doubt.why]) }}</b> {{ timeline.next(doubt.why) }} <span class="mute">{{ t('controller.settle.until', { time: timeOf(doubt.until) }) }}</span></p>
    }
    @if (controller().commandsHeldUntil; as until) {
      <p data-testid="commands-held">{{ t('controller.settle.held', { time: timeOf(until) }) }}</p>
    }
    @if (maySettle() && (controller().identityDoubt || controller().commandsHeldUntil)) {
      <button type="button" class="btn" [disabled]="busy() || !live.isLive()" (click)="settle()">{{ t('controller.settle.do') }}</button>
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
  protected readonly timeline = inject(TimelineWords);
  protected readonly t = inject(Words).t;
  readonly controller = input.required<ControllerDetail>();
  readonly zone = input.required<string | undefined>();
  readonly changed = output();
  protected readonly busy = signal(false);
  protected readonly refused = signal<Refused | null>(null);

  protected readonly maySettle = computed(() => this.session.can('controllers.confirm'));
  protected readonly doubtWords = DOUBT_WORDS;

  protected timeOf(at: string): string {
    return this.format.time(at, this.zone());
  }

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
