import type { Routes, UrlMatcher } from '@angular/router';
import { permitted } from '../../core/access';
import { AlarmPage } from './alarm-page';

/** The list, with or without an alarm beside it, is one page: opening an alarm must not build the list again. */
const listOrAlarm: UrlMatcher = (segments) => {
  const [first, ...others] = segments;
  if (others.length > 0) return null;
  return first ? { consumed: [first], posParams: { id: first } } : { consumed: [] };
};

export const routes: Routes = [
  { path: 'definitions', canMatch: [permitted('alarms.define')], loadComponent: () => import('./definition-list').then((m) => m.DefinitionList) },
  { path: 'definitions', loadComponent: () => import('../elsewhere/forbidden').then((m) => m.Forbidden) },
  { matcher: listOrAlarm, component: AlarmPage },
  { path: '**', loadComponent: () => import('../elsewhere/not-found').then((m) => m.NotFound) },
];
