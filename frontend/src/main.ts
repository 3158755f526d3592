import { bootstrapApplication } from '@angular/platform-browser';
import { App } from './app/app';
import { appConfig } from './app/app.config';
import { applyStoredTheme } from './app/core/theme';

// Before the first paint, or a dark console would flash white.
applyStoredTheme(document.documentElement);

bootstrapApplication(App, appConfig).catch((failure: unknown) => console.error(failure));
