import { isAllowed, type Location, type Permission, type ResolvedGrant, type Role, ROLES } from '@cupola/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, startBackend, type TestBackend } from '../harness.js';

let backend: TestBackend;
const ids: Record<string, string> = {};
const places: Record<string, Location> = {};

async function insert(name: string, sql: string, ...params: unknown[]): Promise<string> {
  const [row] = await backend.database.query<{ id: string }>(`${sql} RETURNING id`, params);
  return (ids[name] = row?.id ?? '');
}

/** Two sites, each with a building, a floor, a point and a controller on that floor. */
beforeAll(async () => {
  backend = await startBackend();
  const { body: admin } = await backend.admin.get<{ id: string }>('/api/v1/auth/me');
  for (const name of ['north', 'south']) {
    const siteId = await insert(`${name}Site`, `INSERT INTO sites (name, time_zone) VALUES ($1, 'UTC')`, name);
    const buildingId = await insert(`${name}Building`, `INSERT INTO buildings (site_id, name, unit_system) VALUES ($1, $2, 'metric')`, siteId, name);
    const floorId = await insert(`${name}Floor`, 'INSERT INTO floors (building_id, level, name) VALUES ($1, 0, $2)', buildingId, name);
    await insert(
      `${name}Point`,
      `INSERT INTO points (building_id, floor_id, key, label, kind, function, writable) VALUES ($1, $2, $3, $3, 'analog', 'setpoint', true)`,
      ...[buildingId, floorId, name],
    );
    await insert(
      `${name}Controller`,
      `INSERT INTO controllers (site_id, building_id, floor_id, name, slot, type, shard, created_by) VALUES ($1, $2, $3, $4, $4, 'vav', 0, $5)`,
      ...[siteId, buildingId, floorId, name, admin.id],
    );
    places[name] = { siteId, buildingId, floorId };
  }
});
afterAll(() => backend.close());

const PROBES: [method: string, path: string, permission: Permission, body?: object][] = [
  ['GET', '/api/v1/points/<Point>', 'points.read'],
  ['GET', '/api/v1/points/<Point>/samples?from=2026-01-01T00:00:00.000Z&to=2026-01-02T00:00:00.000Z', 'history.read'],
  ['GET', '/api/v1/floors/<Floor>', 'points.read'],
  ['GET', '/api/v1/controllers/<Controller>', 'controllers.read'],
  ['POST', '/api/v1/points/<Point>/overrides', 'points.command', { value: 21, durationMs: 3_600_000, reason: 'a test' }],
  ['POST', '/api/v1/points/<Point>/overrides/release', 'points.command', { reason: 'a test' }],
  ['POST', '/api/v1/controllers/<Controller>/claim', 'controllers.register', {}],
  ['PUT', '/api/v1/controllers/<Controller>/bindings', 'controllers.register', { bindings: [{ key: 'none', point: null }] }],
  ['POST', '/api/v1/controllers/<Controller>/confirm', 'controllers.confirm', {}],
];
const at = (path: string, place: string) => path.replace(/<(\w+)>/, (_match, kind: string) => ids[`${place}${kind}`] ?? '');

/** Past every check of rights: done, or refused for a reason that has nothing to do with who asks. */
const isThrough = (status: number, code: string | undefined) => status < 400 || !['FORBIDDEN', 'NOT_FOUND', 'UNAUTHENTICATED'].includes(code ?? '');

describe.each(['floor', 'building', 'site'] as const)('a grant on one %s', (scope) => {
  const placeOf = (location: Location) => ({ floor: location.floorId, building: location.buildingId, site: location.siteId })[scope];

  it.each(ROLES)('lets a %s do there what the table says, and nothing elsewhere', async (role: Role) => {
    const here = places['north'] as Location;
    const grant: ResolvedGrant = {
      ...{ role, scope, siteId: here.siteId },
      ...{ buildingId: scope === 'site' ? null : here.buildingId, floorId: scope === 'floor' ? here.floorId : null },
    };
    const client = await backend.user(role, { scope, scopeId: placeOf(here) });
    const differences: string[] = [];
    for (const [method, path, permission, body] of PROBES) {
      for (const place of ['north', 'south']) {
        const { status, body: answer } = await client.send(method, at(path, place), body);
        const expected = isAllowed([grant], permission, places[place] as Location);
        if (isThrough(status, answer.code) !== expected || status >= 500) differences.push(`${method} ${path} ${place}: ${status} ${answer.code}, expected ${expected}`);
      }
    }
    expect(differences).toEqual([]);
  });

  it('shows only what is there in every list', async () => {
    const client = await backend.user('viewer', { scope, scopeId: placeOf(places['north'] as Location) });
    const seen = async (reader: ApiClient, path: string) => JSON.stringify((await reader.get(path)).body);
    for (const path of ['/api/v1/points', '/api/v1/controllers', '/api/v1/sites', '/api/v1/equipment', '/api/v1/commands', '/api/v1/overrides']) {
      expect(await seen(client, path), path).not.toContain('south');
    }
    for (const path of ['/api/v1/points', '/api/v1/controllers', '/api/v1/sites']) {
      expect(await seen(client, path), path).toContain('north');
      expect(await seen(backend.admin, path), path).toContain('south');
    }
  });
});
