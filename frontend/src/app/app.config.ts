import { inject, isDevMode, provideAppInitializer, provideBrowserGlobalErrorListeners, provideZonelessChangeDetection } from '@angular/core';
import type { ApplicationConfig } from '@angular/core';
import { provideRouter, withComponentInputBinding, withDisabledInitialNavigation } from '@angular/router';
import { provideTransloco } from '@jsverse/transloco';
import { routes } from './app.routes';
import { BundledWords } from './core/bundled-words';
import { DensityChoice } from './core/density';
import { ThemeChoice } from './core/theme';
import { LANGUAGES, Words, startLanguage } from './core/words';

export const appConfig: ApplicationConfig = {
  providers: [
    provideZonelessChangeDetection(),
    provideBrowserGlobalErrorListeners(),
    provideRouter(routes, withComponentInputBinding(), withDisabledInitialNavigation()),
    provideTransloco({
      config: { availableLangs: [...LANGUAGES], defaultLang: startLanguage(), reRenderOnLangChange: true, prodMode: !isDevMode() },
      loader: BundledWords,
    }),
    provideAppInitializer(() => {
      inject(ThemeChoice);
      inject(DensityChoice);
      return inject(Words).choose(startLanguage());
    }),
  ],
};
