import { Component, inject, input, output, signal } from '@angular/core';
import type { User } from '@cupola/contracts';
import { Api } from '../../core/api';
import { asRefused } from '../../core/refused';
import type { Refused } from '../../core/refused';
import { Words } from '../../core/words';
import { Modal } from '../../ui/modal';
import { RefusalNote } from '../../ui/refusal-note';
import { SHORTEST_PASSWORD } from './user-form';

/** Sets somebody's password. */
@Component({
  selector: 'cp-password-dialog',
  imports: [Modal, RefusalNote],
  template: `
    <cp-modal [heading]="t('user.passwordTitle', { name: user().name })" (closed)="closed.emit()">
      <form class="form" novalidate (submit)="submit($event)">
        <p class="mute">{{ t('user.passwordEnds') }}</p>
        <div class="field">
          <label for="new-password">{{ t('user.newPassword') }}</label>
          <input id="new-password" type="password" maxlength="200" required autocomplete="new-password" [value]="password()" (input)="type($event)" />
          <span class="hint">{{ t('user.passwordHint') }}</span>
        </div>
        <cp-refusal [refused]="refused()" />
        <div class="actions">
          <button type="submit" class="btn pri" [disabled]="busy() || password().length < shortest">{{ t('user.setPassword') }}</button>
          <button type="button" class="btn" (click)="closed.emit()">{{ t('action.cancel') }}</button>
        </div>
      </form>
    </cp-modal>
  `,
})
export class PasswordDialog {
  private readonly api = inject(Api);
  protected readonly t = inject(Words).t;
  readonly user = input.required<User>();
  readonly saved = output();
  readonly closed = output();
  protected readonly shortest = SHORTEST_PASSWORD;
  protected readonly password = signal('');
  protected readonly busy = signal(false);
  protected readonly refused = signal<Refused | null>(null);

  protected type(event: Event): void {
    this.password.set((event.target as HTMLInputElement).value);
  }

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    this.busy.set(true);
    this.refused.set(null);
    try {
      await this.api.setPassword(this.user().id, this.password());
      this.saved.emit();
    } catch (thrown) {
      this.refused.set(asRefused(thrown));
    } finally {
      this.busy.set(false);
    }
  }
}
