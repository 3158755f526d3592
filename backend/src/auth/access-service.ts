import { DomainError } from '@cupola/contracts';
import {
  grantsFor,
  isAllowed,
  isAllowedEverywhere,
  isAllowedSomewhere,
  isAllowedWithin,
  type Location,
  type Permission,
} from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import type { Actor } from './actor.js';

/** SQL expressions of a row's place. Without one, grants of that kind never match. */
export interface PlaceColumns {
  site: string;
  building?: string;
  floor?: string;
}

/** Asks the one authorization table (`@cupola/domain` access) about an actor. */
@Injectable()
export class AccessService {
  /** @throws DomainError FORBIDDEN */
  require(actor: Actor, permission: Permission, location: Location): void {
    if (!this.may(actor, permission, location)) refuse(permission);
  }

  /** For what belongs to no place, or creates one. @throws DomainError FORBIDDEN */
  requireEverywhere(actor: Actor, permission: Permission): void {
    if (!isAllowedEverywhere(actor.grants, permission)) refuse(permission);
  }

  may(actor: Actor, permission: Permission, location: Location): boolean {
    return isAllowed(actor.grants, permission, location);
  }

  /** Whether the actor may at the place or at a part of it: a floor's viewer finds the way through its building. */
  mayWithin(actor: Actor, permission: Permission, location: Location): boolean {
    return isAllowedWithin(actor.grants, permission, location);
  }

  maySomewhere(actor: Actor, permission: Permission): boolean {
    return isAllowedSomewhere(actor.grants, permission);
  }

  /** A SQL boolean that is true for the rows of a list that the actor may see. Its parameters start at `nextParam`. */
  scopeCondition(actor: Actor, permission: Permission, columns: PlaceColumns, nextParam: number): { sql: string; params: unknown[] } {
    const grants = grantsFor(actor.grants, permission);
    if (grants.some((grant) => grant.scope === 'all')) return { sql: 'TRUE', params: [] };
    const places: [string | undefined, (string | null)[]][] = [
      [columns.site, grants.filter((grant) => grant.scope === 'site').map((grant) => grant.siteId)],
      [columns.building, grants.filter((grant) => grant.scope === 'building').map((grant) => grant.buildingId)],
      [columns.floor, grants.filter((grant) => grant.scope === 'floor').map((grant) => grant.floorId)],
    ];
    const usable = places.filter(([column, ids]) => column !== undefined && ids.length > 0);
    if (usable.length === 0) return { sql: 'FALSE', params: [] };
    // A NULL column (an object without a floor) must read as "no", not as NULL.
    const terms = usable.map(([column, _ids], index) => `COALESCE(${column} = ANY($${nextParam + index}::uuid[]), FALSE)`);
    return { sql: `(${terms.join(' OR ')})`, params: usable.map(([, ids]) => ids) };
  }
}

function refuse(permission: Permission): never {
  throw new DomainError('FORBIDDEN', `Your roles do not allow this here (${permission}).`);
}
