import { Component, computed, inject, output, signal } from '@angular/core';
import { Router } from '@angular/router';
import { DENSITIES, DensityChoice } from '../core/density';
import type { Density } from '../core/density';
import { Session } from '../core/session';
import { THEMES, ThemeChoice } from '../core/theme';
import type { Theme } from '../core/theme';
import { Words } from '../core/words';
import type { Language } from '../core/words';
import { Segments } from '../ui/segments';

/** Who works here, how the console looks, and the way out. */
@Component({
  selector: 'cp-account-menu',
  imports: [Segments],
  template: `
    <button type="button" class="who" popovertarget="account" [attr.aria-label]="t('account.open', { name: name() })">
      <span class="avatar" aria-hidden="true" [attr.data-initials]="initials()"></span><span class="cut" [attr.title]="name()">{{ name() }}</span>
    </button>
    <div id="account" popover class="menu" role="dialog" [attr.aria-label]="t('account.title')">
      <div class="stack">
        <div>
          <b class="num">{{ name() }}</b>
          <div class="quiet">{{ roles() }}</div>
        </div>
        <label class="field">
          <span class="label">{{ t('account.theme') }}</span>
          <select (change)="chooseTheme($event)">
            @for (theme of themes; track theme) {
              <option [value]="theme" [selected]="theme === choice.theme()">{{ t(themeWords[theme]) }}</option>
            }
          </select>
        </label>
        <div class="field">
          <span class="label">{{ t('account.density') }}</span>
          <cp-segments [label]="t('account.density')" [segments]="densities()" [chosen]="density.density()" (choose)="chooseDensity($event)" />
        </div>
        <div class="field">
          <span class="label">{{ t('account.language') }}</span>
          <cp-segments [label]="t('account.language')" [segments]="languages" [chosen]="words.language()" (choose)="chooseLanguage($event)" />
        </div>
        <button type="button" class="btn" popovertarget="account" popovertargetaction="hide" (click)="keys.emit()">{{ t('keys.title') }}</button>
        <button type="button" class="btn" [disabled]="leaving()" (click)="logOut()">{{ t('account.logOut') }}</button>
      </div>
    </div>
  `,
})
export class AccountMenu {
  protected readonly words = inject(Words);
  protected readonly t = this.words.t;
  protected readonly choice = inject(ThemeChoice);
  protected readonly density = inject(DensityChoice);
  protected readonly session = inject(Session);
  readonly keys = output();
  private readonly router = inject(Router);
  protected readonly leaving = signal(false);
  protected readonly themes = THEMES;
  protected readonly themeWords = { system: 'theme.system', light: 'theme.light', dark: 'theme.dark', control: 'theme.control' } as const;
  protected readonly languages = [
    { key: 'en', label: 'English' },
    { key: 'de', label: 'Deutsch' },
  ];
  protected readonly densities = computed(() => DENSITIES.map((key) => ({ key, label: this.t(`density.${key}`) })));
  protected readonly name = computed(() => this.session.me()?.name ?? '');
  protected readonly initials = computed(() => {
    const parts = this.name().split(/[\s._-]+/).filter(Boolean);
    return ((parts[0]?.charAt(0) ?? '') + (parts[1]?.charAt(0) ?? '')).toUpperCase();
  });
  protected readonly roles = computed(() =>
    (this.session.me()?.grants ?? []).map(({ role, scope, scopeName }) => `${this.t(`role.${role}`)}, ${scope === 'all' ? this.t('scope.all') : scopeName}`).join('; '),
  );

  protected chooseTheme(event: Event): void {
    this.choice.choose((event.target as HTMLSelectElement).value as Theme);
  }

  protected chooseDensity(density: string): void {
    this.density.choose(density as Density);
  }

  protected chooseLanguage(language: string): void {
    void this.words.choose(language as Language);
  }

  protected async logOut(): Promise<void> {
    this.leaving.set(true);
    try {
      await this.session.logOut();
    } catch {
      // The session is forgotten here either way; an unreachable server ends its side when the refresh cookie lapses.
    }
    await this.router.navigateByUrl('/login');
  }
}
