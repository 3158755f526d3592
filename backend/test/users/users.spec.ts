import type { User } from '@cupola/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ApiClient, EVERYWHERE, startBackend, type TestBackend, USER_PASSWORD } from '../harness.js';

let backend: TestBackend;
let site: string;
let building: string;
let floor: string;
beforeAll(async () => {
  backend = await startBackend();
  const one = async (sql: string, params: unknown[]) => (await backend.database.query<{ id: string }>(sql, params))[0]?.id ?? '';
  site = await one(`INSERT INTO sites (name, time_zone) VALUES ('Campus', 'Europe/Berlin') RETURNING id`, []);
  building = await one(`INSERT INTO buildings (site_id, name, unit_system) VALUES ($1, 'Library', 'metric') RETURNING id`, [site]);
  floor = await one(`INSERT INTO floors (building_id, level, name) VALUES ($1, 2, 'Second floor') RETURNING id`, [building]);
});
afterAll(() => backend.close());

interface Page {
  items: User[];
  nextCursor: string | null;
}

let count = 0;
const newUser = (changes: object = {}) => {
  count += 1;
  return { username: `person-${count}`, name: 'A Person', password: USER_PASSWORD, grants: [], ...changes };
};
const idOf = async (client: ApiClient) => (await client.get<{ id: string }>('/api/v1/auth/me')).body.id;

describe('users', () => {
  it('are made with grants whose scopes have names', async () => {
    const grants = [
      { role: 'viewer', scope: 'floor', scopeId: floor },
      { role: 'operator', scope: 'building', scopeId: building },
      { role: 'technician', scope: 'site', scopeId: site },
      { role: 'viewer', scope: 'all', scopeId: null },
    ];
    const made = await backend.admin.post<User>('/api/v1/users', newUser({ username: 'Ada.Lovelace', grants }));
    expect(made.status).toBe(201);
    expect(made.body.username).toBe('ada.lovelace');
    expect(made.body.grants.map(({ role, scopeName }) => `${role} ${scopeName}`)).toEqual([
      'viewer everywhere',
      'technician Campus',
      'operator Campus / Library',
      'viewer Campus / Library / Second floor',
    ]);
    expect(JSON.stringify(made.body)).not.toContain('argon2');
    expect((await backend.admin.get<User>(`/api/v1/users/${made.body.id}`)).body).toEqual(made.body);
  });

  it.each([
    ['a name that is taken', { username: 'ADMIN' }, 409, 'USERNAME_TAKEN', undefined],
    ['a short password', { password: 'short' }, 422, 'VALIDATION_FAILED', 'password'],
    ['an odd name', { username: 'a b' }, 422, 'VALIDATION_FAILED', 'username'],
    ['an unknown role', { grants: [{ role: 'root', ...EVERYWHERE }] }, 422, 'VALIDATION_FAILED', 'grants.0.role'],
    ['a floor that does not exist', { grants: [{ role: 'viewer', scope: 'floor', scopeId: '00000000-0000-4000-8000-000000000000' }] }, 422, 'VALIDATION_FAILED', 'grants.0.scopeId'],
    ['a building without its id', { grants: [{ role: 'viewer', scope: 'building', scopeId: null }] }, 422, 'VALIDATION_FAILED', 'grants.0.scopeId'],
    ['an id that reaches everywhere', { grants: [{ role: 'viewer', scope: 'all', scopeId: '00000000-0000-4000-8000-000000000000' }] }, 422, 'VALIDATION_FAILED', 'grants.0.scopeId'],
  ])('are refused with %s', async (_name, changes, status, code, path) => {
    const answer = await backend.admin.post('/api/v1/users', newUser(changes));
    expect(answer).toMatchObject({ status, body: { code } });
    expect(answer.body.errors?.[0]?.path).toBe(path);
  });

  it('of a refused creation leave nothing behind', async () => {
    const input = newUser({ grants: [{ role: 'viewer', scope: 'site', scopeId: floor }] });
    expect((await backend.admin.post('/api/v1/users', input)).status).toBe(422);
    expect((await backend.admin.post('/api/v1/users', { ...input, grants: [] })).status).toBe(201);
  });

  it('change only where the change says so, and the trail has before and after', async () => {
    const { body: made } = await backend.admin.post<User>('/api/v1/users', newUser({ grants: [{ role: 'viewer', ...EVERYWHERE }] }));
    const { body: changed } = await backend.admin.patch<User>(`/api/v1/users/${made.id}`, { name: 'New Name' });
    expect(changed).toEqual({ ...made, name: 'New Name' });
    const { body } = await backend.admin.get<{ items: { actor: string; before: User; after: User }[] }>(`/api/v1/audit?target=${made.id}`);
    expect(body.items[0]).toMatchObject({ actor: 'admin', before: { name: 'A Person' }, after: { name: 'New Name' } });
  });

  it('are listed by name, page by page', async () => {
    const whole = await backend.admin.get<{ items: User[] }>('/api/v1/users');
    const names: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const path: string = `/api/v1/users?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const page: Page = (await backend.admin.get<Page>(path)).body;
      names.push(...page.items.map(({ username }) => username));
      cursor = page.nextCursor;
    }
    expect(names).toEqual(whole.body.items.map(({ username }) => username));
    expect(names).toEqual([...names].sort());
  });

  it('who are unknown are 404', async () => {
    const nobody = '/api/v1/users/00000000-0000-4000-8000-000000000000';
    expect((await backend.admin.get(nobody)).status).toBe(404);
    expect((await backend.admin.patch(nobody, { name: 'X' })).status).toBe(404);
    expect((await backend.admin.post(`${nobody}/password`, { password: USER_PASSWORD })).status).toBe(404);
  });

  it('see in "me" what they may', async () => {
    const viewer = await backend.user('viewer', { scope: 'floor', scopeId: floor });
    const { body } = await viewer.get<{ grants: { scopeName: string }[]; permissions: string[] }>('/api/v1/auth/me');
    expect(body.grants).toMatchObject([{ scopeName: 'Campus / Library / Second floor' }]);
    expect(body.permissions).toEqual(['building.read', 'points.read', 'history.read', 'overrides.read', 'controllers.read', 'alarms.read', 'account.self']);
  });

  it('cannot be made by an administrator of one site, and the attempt is kept', async () => {
    const local = await backend.user('admin', { scope: 'site', scopeId: site });
    const answer = await local.post('/api/v1/users', newUser({ grants: [{ role: 'admin', ...EVERYWHERE }] }));
    expect(answer).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    const { body } = await backend.admin.get<{ items: object[] }>(`/api/v1/audit?target=/api/v1/users`);
    expect(body.items[0]).toMatchObject({ actor: local.username, operation: 'POST /api/v1/users', result: 'refused', code: 'FORBIDDEN' });
  });
});

describe('the last administrator', () => {
  let adminId: string;
  beforeEach(async () => {
    adminId = await idOf(backend.admin);
  });

  it.each([
    ['disabled', { disabled: true }],
    ['stripped of grants', { grants: [] }],
    ['confined to a role below', { grants: [{ role: 'operator', ...EVERYWHERE }] }],
  ])('cannot be %s', async (_name, change) => {
    const answer = await backend.admin.patch(`/api/v1/users/${adminId}`, change);
    expect(answer).toMatchObject({ status: 409, body: { code: 'LAST_ADMINISTRATOR' } });
    expect((await backend.admin.get('/api/v1/users')).status).toBe(200);
  });

  it('cannot be confined to a site', async () => {
    const answer = await backend.admin.patch(`/api/v1/users/${adminId}`, { grants: [{ role: 'admin', scope: 'site', scopeId: site }] });
    expect(answer.body.code).toBe('LAST_ADMINISTRATOR');
  });

  it('remains when two administrators disable each other at the same time', async () => {
    const other = await backend.user('admin');
    const otherId = await idOf(other);
    const answers = await Promise.all([
      backend.admin.patch(`/api/v1/users/${otherId}`, { disabled: true }),
      other.patch(`/api/v1/users/${adminId}`, { disabled: true }),
    ]);
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
    const [{ left } = { left: 0 }] = await backend.database.query<{ left: number }>(
      `SELECT count(*)::int AS left FROM users u JOIN grants g ON g.user_id = u.id WHERE g.role = 'admin' AND g.scope = 'all' AND NOT u.disabled`,
    );
    expect(left).toBe(1);
  });
});
