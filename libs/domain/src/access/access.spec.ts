import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  covers,
  grantsFor,
  isAllowed,
  isAllowedEverywhere,
  isAllowedSomewhere,
  isAllowedWithin,
  type Location,
  permissionsHeld,
  type ResolvedGrant,
} from './is-allowed.js';
import { HOUSE_WIDE_PERMISSIONS, PERSONAL_PERMISSIONS, ROLE_PERMISSIONS } from './table.js';
import { PERMISSIONS, type Permission, type Role, ROLES, SCOPE_KINDS, type ScopeKind } from './words.js';

const X = true;
const _ = false;

/** The table as people agreed on it. Columns: viewer, operator, technician, integrator, admin. */
const AGREED: Record<Permission, readonly [boolean, boolean, boolean, boolean, boolean]> = {
  'building.read': [X, X, X, X, X],
  'building.import': [_, _, X, X, X],
  'points.read': [X, X, X, X, X],
  'history.read': [X, X, X, X, X],
  'points.command': [_, X, X, X, X],
  'overrides.read': [X, X, X, X, X],
  'controllers.read': [X, X, X, X, X],
  'controllers.register': [_, _, X, X, X],
  'controllers.confirm': [_, _, X, _, X],
  'controllers.revoke': [_, _, X, _, X],
  'controllers.origins': [_, _, _, _, X],
  'alarms.read': [X, X, X, X, X],
  'alarms.acknowledge': [_, X, X, _, X],
  'alarms.define': [_, _, X, _, X],
  'users.read': [_, _, _, _, X],
  'users.write': [_, _, _, _, X],
  'audit.read': [_, _, _, _, X],
  'account.self': [X, X, X, X, X],
};

/** A small world: two sites of two buildings of two floors each, with ids that say where they are. */
const SITES = ['s0', 's1'];
const BUILDINGS = SITES.flatMap((site) => [`${site}b0`, `${site}b1`]);
const FLOORS = BUILDINGS.flatMap((building) => [`${building}f0`, `${building}f1`]);
const siteOf = (id: string) => id.slice(0, 2);
const buildingOf = (id: string) => id.slice(0, 4);
const LOCATIONS: Location[] = [
  ...SITES.map((id) => ({ siteId: id, buildingId: null, floorId: null })),
  ...BUILDINGS.map((id) => ({ siteId: siteOf(id), buildingId: id, floorId: null })),
  ...FLOORS.map((id) => ({ siteId: siteOf(id), buildingId: buildingOf(id), floorId: id })),
];

function grantAt(role: Role, place: string | null): ResolvedGrant {
  if (place === null) return { role, scope: 'all', siteId: null, buildingId: null, floorId: null };
  const scope = (['site', 'building', 'floor'] as const)[place.length / 2 - 1] ?? 'floor';
  return {
    ...{ role, scope, siteId: siteOf(place) },
    ...{ buildingId: scope === 'site' ? null : buildingOf(place), floorId: scope === 'floor' ? place : null },
  };
}

const PLACES = [null, ...SITES, ...BUILDINGS, ...FLOORS];
const anyRole = fc.constantFrom(...ROLES);
const anyPermission = fc.constantFrom(...PERMISSIONS);
const anyLocation = fc.constantFrom(...LOCATIONS);
const anyGrant = fc.record({ role: anyRole, place: fc.constantFrom(...PLACES) }).map(({ role, place }) => grantAt(role, place));
const anyGrants = fc.array(anyGrant, { maxLength: 5 });
const insideOf = (place: string | null) => PLACES.filter((inner) => place === null || (inner?.startsWith(place) ?? false));

describe('the authorization table', () => {
  it.each(PERMISSIONS)('gives %s to exactly the agreed roles', (permission) => {
    expect(ROLES.map((role) => ROLE_PERMISSIONS[role].has(permission))).toEqual(AGREED[permission]);
  });

  it('knows every role and nothing that is no permission', () => {
    expect(Object.keys(ROLE_PERMISSIONS).sort()).toEqual([...ROLES].sort());
    const named = [...ROLES.flatMap((role) => [...ROLE_PERMISSIONS[role]]), ...HOUSE_WIDE_PERMISSIONS, ...PERSONAL_PERMISSIONS];
    expect(named.filter((permission) => !PERMISSIONS.includes(permission))).toEqual([]);
  });
});

describe('the reach of a grant', () => {
  const floor: Location = { siteId: 's0', buildingId: 's0b0', floorId: 's0b0f0' };
  const rows: [ScopeKind, string | null, Location, boolean][] = [
    ['all', null, floor, true],
    ['all', null, { siteId: 's1', buildingId: null, floorId: null }, true],
    ['site', 's0', floor, true],
    ['site', 's0', { siteId: 's0', buildingId: null, floorId: null }, true],
    ['site', 's1', floor, false],
    ['building', 's0b0', floor, true],
    ['building', 's0b0', { siteId: 's0', buildingId: 's0b0', floorId: null }, true],
    ['building', 's0b0', { siteId: 's0', buildingId: null, floorId: null }, false],
    ['building', 's0b1', floor, false],
    ['floor', 's0b0f0', floor, true],
    ['floor', 's0b0f1', floor, false],
    ['floor', 's0b0f0', { siteId: 's0', buildingId: 's0b0', floorId: null }, false],
    ['floor', 's0b0f0', { siteId: 's0', buildingId: null, floorId: null }, false],
  ];
  it.each(rows)('%s %s over %j: %s', (_scope, place, location, expected) => {
    expect(covers(grantAt('viewer', place), location)).toBe(expected);
  });

  it.each(['building', 'floor'] as const)('a broken %s grant without its place covers nothing, not everything without one', (scope) => {
    const broken: ResolvedGrant = { role: 'admin', scope, siteId: null, buildingId: null, floorId: null };
    expect(LOCATIONS.filter((location) => covers(broken, location))).toEqual([]);
  });

  it('shows the way to a floor through its building and site, and no further', () => {
    const grants = [grantAt('viewer', 's0b0f0')];
    const visible = LOCATIONS.filter((location) => isAllowedWithin(grants, 'building.read', location));
    expect(visible.map(({ siteId, buildingId, floorId }) => floorId ?? buildingId ?? siteId)).toEqual(['s0', 's0b0', 's0b0f0']);
  });

  it('lets the administrator of one site neither read nor write accounts', () => {
    const grants = [grantAt('admin', 's0')];
    expect([...HOUSE_WIDE_PERMISSIONS].filter((permission) => isAllowedSomewhere(grants, permission))).toEqual([]);
    expect(isAllowedEverywhere([grantAt('admin', null)], 'users.write')).toBe(true);
  });

  it('leaves everybody the own account, also without any grant', () => {
    expect(permissionsHeld([])).toEqual(['account.self']);
    expect(isAllowed([], 'account.self', floor)).toBe(true);
    expect(isAllowedEverywhere([], 'account.self')).toBe(true);
  });
});

describe('properties', () => {
  it('narrowing a grant never widens what it allows', () => {
    const narrowing = fc
      .record({ role: anyRole, outer: fc.constantFrom(...PLACES) })
      .chain(({ role, outer }) => fc.constantFrom(...insideOf(outer)).map((inner) => [grantAt(role, outer), grantAt(role, inner)] as const));
    fc.assert(
      fc.property(narrowing, anyPermission, anyLocation, ([outer, inner], permission, location) => {
        return !isAllowed([inner], permission, location) || isAllowed([outer], permission, location);
      }),
    );
  });

  it('one more grant never takes anything away', () => {
    fc.assert(
      fc.property(anyGrants, anyGrant, anyPermission, anyLocation, (grants, more, permission, location) => {
        return !isAllowed(grants, permission, location) || isAllowed([...grants, more], permission, location);
      }),
    );
  });

  it('what is allowed at a place is allowed at every part of it', () => {
    fc.assert(
      fc.property(anyGrants, anyPermission, anyLocation, (grants, permission, outer) => {
        const parts = LOCATIONS.filter(
          (location) => location.siteId === outer.siteId && (outer.buildingId ?? location.buildingId) === location.buildingId && (outer.floorId ?? location.floorId) === location.floorId,
        );
        return !isAllowed(grants, permission, outer) || parts.every((part) => isAllowed(grants, permission, part));
      }),
    );
  });

  it('everywhere implies here, here implies within, within implies somewhere', () => {
    fc.assert(
      fc.property(anyGrants, anyPermission, anyLocation, (grants, permission, location) => {
        const chain = [
          isAllowedEverywhere(grants, permission),
          isAllowed(grants, permission, location),
          isAllowedWithin(grants, permission, location),
          isAllowedSomewhere(grants, permission),
        ];
        return chain.every((value, index) => index === 0 || !chain[index - 1] || value);
      }),
    );
  });

  it('agrees with a lookup that knows nothing of the implementation', () => {
    fc.assert(
      fc.property(anyGrants, anyPermission, anyLocation, (grants, permission, location) => {
        const here = location.floorId ?? location.buildingId ?? location.siteId;
        const expected =
          permission === 'account.self' ||
          grants.some((grant) => {
            const place = grant.floorId ?? grant.buildingId ?? grant.siteId;
            const isHouseWide = ['users.read', 'users.write', 'audit.read'].includes(permission);
            return AGREED[permission][ROLES.indexOf(grant.role)] === true && (place === null || (!isHouseWide && here.startsWith(place)));
          });
        return isAllowed(grants, permission, location) === expected;
      }),
    );
  });

  it('lists a permission as held exactly when a grant carries it', () => {
    fc.assert(
      fc.property(anyGrants, anyPermission, (grants, permission) => {
        const isHeld = permissionsHeld(grants).includes(permission);
        return isHeld === (permission === 'account.self' || grantsFor(grants, permission).length > 0);
      }),
    );
  });

  it('covers every scope kind', () => {
    expect(new Set(PLACES.map((place) => grantAt('viewer', place).scope))).toEqual(new Set(SCOPE_KINDS));
  });
});
