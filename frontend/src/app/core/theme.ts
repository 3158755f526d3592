import { Service, effect, inject, signal } from '@angular/core';
import { DOCUMENT } from '@angular/common';
import { keepPreference, readPreference } from './preferences';

export const THEMES = ['system', 'light', 'dark', 'control'] as const;
export type Theme = (typeof THEMES)[number];

function storedTheme(): Theme {
  const stored = readPreference('theme');
  return THEMES.find((theme) => theme === stored) ?? 'system';
}

function apply(root: HTMLElement, theme: Theme): void {
  if (theme === 'system') root.removeAttribute('data-theme');
  else root.dataset['theme'] = theme;
}

/** Sets the theme that was chosen last, before Angular starts. */
export function applyStoredTheme(root: HTMLElement): void {
  apply(root, storedTheme());
}

/** Light, dark or control room (very dark); `system` follows the operating system. */
@Service()
export class ThemeChoice {
  private readonly root = inject(DOCUMENT).documentElement;
  readonly theme = signal<Theme>(storedTheme());

  constructor() {
    effect(() => apply(this.root, this.theme()));
  }

  choose(theme: Theme): void {
    keepPreference('theme', theme);
    this.theme.set(theme);
  }
}
