import type { Routes } from '@angular/router';

export const routes: Routes = [
  { path: '', pathMatch: 'full', loadComponent: () => import('./controller-list').then((m) => m.ControllerList) },
  { path: 'origins', loadComponent: () => import('./origins-page').then((m) => m.OriginsPage) },
  { path: ':id', loadComponent: () => import('./controller-page').then((m) => m.ControllerPage) },
];
