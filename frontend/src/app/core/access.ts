import { inject } from '@angular/core';
import { Router } from '@angular/router';
import type { CanActivateFn, CanMatchFn } from '@angular/router';
import type { Permission } from '@cupola/domain';
import { Session } from './session';

/** Lets signed-in people through and sends others to the login page, which leads back here. */
export const signedIn: CanActivateFn = (_route, state) => {
  if (inject(Session).status() === 'signedIn') return true;
  return inject(Router).createUrlTree(['/login'], state.url === '/' ? {} : { queryParams: { to: state.url } });
};

/** Matches a route only for people who hold the permission somewhere; the next route with the same path explains. */
export const permitted =
  (permission: Permission): CanMatchFn =>
  () =>
    inject(Session).can(permission);
