import type { Routes } from '@angular/router';
import { permitted, signedIn } from './core/access';
import { Shell } from './shell/shell';

const forbidden = () => import('./features/elsewhere/forbidden').then((m) => m.Forbidden);

export const routes: Routes = [
  { path: 'login', loadComponent: () => import('./features/login/login').then((m) => m.Login) },
  {
    path: '',
    component: Shell,
    canActivate: [signedIn],
    children: [
      { path: '', pathMatch: 'full', loadComponent: () => import('./features/overview/overview').then((m) => m.Overview) },
      { path: 'floors', pathMatch: 'full', loadComponent: () => import('./features/floor/floors-entry').then((m) => m.FloorsEntry) },
      { path: 'floors/:id', loadComponent: () => import('./features/floor/floor-page').then((m) => m.FloorPage) },
      { path: 'buildings/:id/plant', loadComponent: () => import('./features/plant/plant-page').then((m) => m.PlantPage) },
      { path: 'points/:id', loadComponent: () => import('./features/point/point-page').then((m) => m.PointPage) },
      {
        path: 'overrides',
        canMatch: [permitted('overrides.read')],
        loadComponent: () => import('./features/overrides/override-register').then((m) => m.OverrideRegister),
      },
      {
        path: 'alarms',
        canMatch: [permitted('alarms.read')],
        loadChildren: () => import('./features/alarms/alarms.routes').then((m) => m.routes),
      },
      {
        path: 'controllers',
        canMatch: [permitted('controllers.read')],
        loadChildren: () => import('./features/controllers/controllers.routes').then((m) => m.routes),
      },
      { path: 'faults', canMatch: [permitted('points.command')], loadComponent: () => import('./features/faults/faults-page').then((m) => m.FaultsPage) },
      { path: 'users', canMatch: [permitted('users.read')], loadComponent: () => import('./features/users/user-list').then((m) => m.UserList) },
      {
        path: 'import',
        canMatch: [permitted('building.import')],
        loadComponent: () => import('./features/import/import-page').then((m) => m.ImportPage),
      },
      { path: 'start', canMatch: [permitted('building.import')], loadComponent: () => import('./features/start/start-page').then((m) => m.StartPage) },
      { path: 'audit', canMatch: [permitted('audit.read')], loadComponent: () => import('./features/audit/audit-page').then((m) => m.AuditPage) },
      { path: 'alarms', children: [{ path: '**', loadComponent: forbidden }] },
      { path: 'controllers', children: [{ path: '**', loadComponent: forbidden }] },
      { path: 'overrides', loadComponent: forbidden },
      { path: 'start', loadComponent: forbidden },
      { path: 'audit', loadComponent: forbidden },
      { path: 'faults', loadComponent: forbidden },
      { path: 'users', loadComponent: forbidden },
      { path: 'import', loadComponent: forbidden },
      { path: '**', loadComponent: () => import('./features/elsewhere/not-found').then((m) => m.NotFound) },
    ],
  },
];
