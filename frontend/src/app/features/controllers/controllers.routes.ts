import type { Routes } from '@angular/router';

export const routes: Routes = [
  { path: '', pathMatch: 'full', loadComponent: () => import('./controller-list').then((m) => m.ControllerList) },
  { path: ':id', loadComponent: () => import('./controller-page').then((m) => m.ControllerPage) },
];
