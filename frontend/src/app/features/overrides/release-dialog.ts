import { Component, DestroyRef, computed, inject, input, output, signal } from '@angular/core';
import type { ForcedSlot } from '@cupola/contracts';
import { Api } from '../../core/api';
import { RefusalWords } from '../../core/refusal-words';
import { Words } from '../../core/words';
import { LiveConnection } from '../../live/live-connection';
import { Modal } from '../../ui/modal';
import { keyOf } from './override-row';
import { OverrideWords } from './override-words';
import { ReleaseRun } from './release-run';
import type { ReleaseOutcome } from './release-run';

/** Releases what was chosen when it was opened, with one reason for all, and shows what becomes of each. */
@Component({
  selector: 'cp-release-dialog',
  imports: [Modal],
  template: `
    <cp-modal [heading]="n('register.release.title', chosen().length)" width="wide" (closed)="close()">
      <form class="form" novalidate (submit)="submit($event)">
        @if (run.outcomes().length === 0) {
          <p>{{ t('register.release.means') }}</p>
        } @else {
          <p role="status">{{ progress() }}</p>
        }
        <div class="table-box short release-list" tabindex="0" role="region" [attr.aria-label]="n('register.release.title', chosen().length)">
          <table>
            <thead><tr><th>{{ t('column.point') }}</th><th class="r">{{ t('column.value') }}</th><th>{{ t(run.outcomes().length === 0 ? 'slots.who' : 'register.release.outcome') }}</th></tr></thead>
            <tbody>
              @for (row of rows(); track row.key) {
                <tr>
                  <td><b>{{ row.slot.point.name }}</b><div class="quiet">{{ words.where(row.slot) }}</div></td>
                  <td class="r">{{ words.value(row.slot) }}</td>
                  <td class="wrap" [class.differs]="row.isRefused">{{ row.text }}</td>
                </tr>
              }
            </tbody>
          </table>
        </div>
        @if (run.outcomes().length === 0) {
          <div class="field">
            <label for="release-reason">{{ t('override.reason') }}</label>
            <input id="release-reason" data-first maxlength="300" autocomplete="off" required [value]="reason()" (input)="reason.set(textOf($event))" />
          </div>
        }
        <div class="actions">
          @if (run.outcomes().length === 0) {
            <button type="submit" class="btn pri" [disabled]="!mayStart()">{{ n('register.release.do', chosen().length) }}</button>
            <button type="button" class="btn" (click)="close()">{{ t('action.cancel') }}</button>
            @if (!live.isLive()) {
              <span class="mute">{{ t('override.notLive') }}</span>
            }
          } @else if (run.isRunning()) {
            <button type="button" class="btn" (click)="run.stop()">{{ t('register.release.stop') }}</button>
          } @else {
            <button type="button" class="btn pri" (click)="close()">{{ t('action.done') }}</button>
          }
        </div>
      </form>
    </cp-modal>
  `,
})
export class ReleaseDialog {
  private readonly api = inject(Api);
  private readonly refusals = inject(RefusalWords);
  private readonly sentences = inject(Words);
  protected readonly words = inject(OverrideWords);
  protected readonly live = inject(LiveConnection);
  protected readonly t = this.sentences.t;
  protected readonly n = this.sentences.n;
  readonly chosen = input.required<readonly ForcedSlot[]>();
  /** What the register holds now: what left it was let go by its controller. */
  readonly held = input.required<readonly ForcedSlot[]>();
  readonly closed = output();
  protected readonly reason = signal('');
  protected readonly run = new ReleaseRun((slot) => this.api.release(slot.point.id, this.reason().trim()));
  protected readonly mayStart = computed(() => this.live.isLive() && this.reason().trim() !== '');
  private readonly heldKeys = computed(() => new Set(this.held().map(keyOf)));

  protected readonly rows = computed(() => {
    const outcomes = this.run.outcomes();
    if (outcomes.length === 0) return this.chosen().map((slot) => ({ slot, key: keyOf(slot), text: this.words.who(slot), isRefused: false }));
    return outcomes.map((outcome) => ({ slot: outcome.slot, key: outcome.key, text: this.textFor(outcome), isRefused: outcome.state === 'refused' }));
  });

  protected readonly progress = computed(() => {
    const outcomes = this.run.outcomes();
    const released = outcomes.filter(({ state, key }) => state === 'asked' && !this.heldKeys().has(key)).length;
    return this.t('register.release.progress', { all: outcomes.length, asked: this.run.asked(), released, refused: this.run.refused() });
  });

  constructor() {
    inject(DestroyRef).onDestroy(() => this.run.stop());
  }

  protected textOf(event: Event): string {
    return (event.target as HTMLInputElement).value;
  }

  protected submit(event: Event): void {
    event.preventDefault();
    if (this.mayStart() && this.run.outcomes().length === 0) void this.run.start(this.chosen());
  }

  protected close(): void {
    this.run.stop();
    this.closed.emit();
  }

  private textFor({ key, state, refused }: ReleaseOutcome): string {
    if (refused) return this.refusals.sentence(refused);
    if (state !== 'asked') return this.t(`register.release.${state === 'sending' ? 'sending' : 'waiting'}`);
    return this.t(this.heldKeys().has(key) ? 'register.release.asked' : 'register.release.released');
  }
}
