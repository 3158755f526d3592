import { HOUSE_WIDE_PERMISSIONS, PERSONAL_PERMISSIONS, ROLE_PERMISSIONS } from './table.js';
import { PERMISSIONS, type Permission, type Role, type ScopeKind } from './words.js';

/** A role within a scope, with the place it reaches resolved upwards: a floor's grant knows its building and site. */
export interface ResolvedGrant {
  readonly role: Role;
  readonly scope: ScopeKind;
  readonly siteId: string | null;
  readonly buildingId: string | null;
  readonly floorId: string | null;
}

/** Where an object stands. A building-wide object has no floor, a site-wide one no building. */
export interface Location {
  readonly siteId: string;
  readonly buildingId: string | null;
  readonly floorId: string | null;
}

/** The grants that carry a permission at all, wherever that is. */
export function grantsFor(grants: readonly ResolvedGrant[], permission: Permission): ResolvedGrant[] {
  return grants.filter(
    (grant) => ROLE_PERMISSIONS[grant.role].has(permission) && (grant.scope === 'all' || !HOUSE_WIDE_PERMISSIONS.has(permission)),
  );
}

/** Whether a grant's scope contains a place: a site its buildings and floors, a building its floors, never upwards. */
export function covers(grant: ResolvedGrant, location: Location): boolean {
  switch (grant.scope) {
    case 'all':
      return true;
    case 'site':
      return grant.siteId === location.siteId;
    case 'building':
      return grant.buildingId !== null && grant.buildingId === location.buildingId;
    case 'floor':
      return grant.floorId !== null && grant.floorId === location.floorId;
  }
}

/** Whether something at `location` may be done with these grants. */
export function isAllowed(grants: readonly ResolvedGrant[], permission: Permission, location: Location): boolean {
  return PERSONAL_PERMISSIONS.has(permission) || grantsFor(grants, permission).some((grant) => covers(grant, location));
}

/** Whether the permission is held for some place. What a route may ask before it knows the object. */
export function isAllowedSomewhere(grants: readonly ResolvedGrant[], permission: Permission): boolean {
  return PERSONAL_PERMISSIONS.has(permission) || grantsFor(grants, permission).length > 0;
}

/** Whether the permission is held for every place, present and future. */
export function isAllowedEverywhere(grants: readonly ResolvedGrant[], permission: Permission): boolean {
  return PERSONAL_PERMISSIONS.has(permission) || grantsFor(grants, permission).some((grant) => grant.scope === 'all');
}

/** Whether the permission is held for the place or for a part of it: a floor's viewer finds the way through its building. */
export function isAllowedWithin(grants: readonly ResolvedGrant[], permission: Permission, location: Location): boolean {
  return isAllowed(grants, permission, location) || grantsFor(grants, permission).some((grant) => liesWithin(grant, location));
}

function liesWithin(grant: ResolvedGrant, location: Location): boolean {
  if (location.floorId !== null) return grant.floorId === location.floorId;
  if (location.buildingId !== null) return grant.buildingId === location.buildingId;
  return grant.siteId === location.siteId;
}

/** Every permission that is held for some place, in the order of the glossary. */
export function permissionsHeld(grants: readonly ResolvedGrant[]): Permission[] {
  return PERMISSIONS.filter((permission) => isAllowedSomewhere(grants, permission));
}
