import { Component, afterNextRender, inject, input, signal, viewChild } from '@angular/core';
import type { ElementRef } from '@angular/core';
import { Router } from '@angular/router';
import { asRefused } from '../../core/refused';
import type { Refused } from '../../core/refused';
import { Session } from '../../core/session';
import { Words } from '../../core/words';
import type { Language } from '../../core/words';
import { Logo } from '../../shell/logo';
import { RefusalNote } from '../../ui/refusal-note';
import { Segments } from '../../ui/segments';

@Component({
  selector: 'cp-login',
  imports: [Logo, RefusalNote, Segments],
  template: `
    <main class="login">
      <form class="panel form" (submit)="submit($event)">
        <h1 class="row"><cp-logo [size]="34" /> Cupola</h1>
        @if (session.ended()) {
          <p class="note">{{ t('login.expired') }}</p>
        }
        <div class="field">
          <label for="username">{{ t('login.username') }}</label>
          <input #username id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required />
        </div>
        <div class="field">
          <label for="password">{{ t('login.password') }}</label>
          <input #password id="password" name="password" type="password" autocomplete="current-password" required />
        </div>
        <cp-refusal [refused]="refused()" />
        <button class="btn pri" type="submit" [disabled]="busy()">{{ t(busy() ? 'login.busy' : 'login.logIn') }}</button>
        <p class="quiet">{{ t('login.help') }}</p>
      </form>
      <cp-segments [label]="t('account.language')" [segments]="languages" [chosen]="words.language()" (choose)="chooseLanguage($event)" />
    </main>
  `,
})
export class Login {
  protected readonly words = inject(Words);
  protected readonly t = this.words.t;
  protected readonly session = inject(Session);
  private readonly router = inject(Router);
  /** Where the person wanted to go. */
  readonly to = input<string>();
  protected readonly busy = signal(false);
  protected readonly refused = signal<Refused | null>(null);
  private readonly username = viewChild.required<ElementRef<HTMLInputElement>>('username');
  private readonly password = viewChild.required<ElementRef<HTMLInputElement>>('password');
  protected readonly languages = [
    { key: 'en', label: 'English' },
    { key: 'de', label: 'Deutsch' },
  ];

  constructor() {
    afterNextRender(() => this.username().nativeElement.focus());
  }

  protected chooseLanguage(language: string): void {
    void this.words.choose(language as Language);
  }

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy()) return;
    this.busy.set(true);
    this.refused.set(null);
    try {
      await this.session.logIn(this.username().nativeElement.value.trim(), this.password().nativeElement.value);
      await this.router.navigateByUrl(this.destination());
    } catch (thrown) {
      this.refused.set(asRefused(thrown));
      this.password().nativeElement.select();
    } finally {
      this.busy.set(false);
    }
  }

  /** A page of this console only: an address from outside must not lead anywhere else. */
  private destination(): string {
    const to = this.to();
    return to?.startsWith('/') && !to.startsWith('//') && !to.startsWith('/login') ? to : '/';
  }
}
