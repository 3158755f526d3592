import type { Routes, UrlMatcher } from '@angular/router';
import { permitted } from '../../core/access';
import { AlarmPage } from './alarm-page';

/** The list, with or without an alarm or one occurrence of it beside it, is one page: opening an alarm must not build the list again. */
const listOrAlarm: UrlMatcher = (segments) => {
  const [id, occurrence, ...others] = segments;
  if (others.length > 0) return null;
  return { consumed: segments, posParams: { ...(id ? { id } : {}), ...(occurrence ? { occurrence } : {}) } };
};

export const routes: Routes = [
  { path: 'definitions', canMatch: [permitted('alarms.define')], loadComponent: () => import('./definition-list').then((m) => m.DefinitionList) },
  { path: 'definitions', loadComponent: () => import('../elsewhere/forbidden').then((m) => m.Forbidden) },
  { matcher: listOrAlarm, component: AlarmPage },
  { path: '**', loadComponent: () => import('../elsewhere/not-found').then((m) => m.NotFound) },
];
