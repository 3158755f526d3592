import { isAllowedSomewhere, PERMISSIONS, type ResolvedGrant, type Role, ROLES } from '@cupola/domain';
import { createInMemoryBus } from '@cupola/messaging';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBackendConfig } from '../../src/config/read-backend-config.js';
import { buildApplication } from '../../src/create-backend.js';
import { ApiDocuments } from '../../src/http/documents/api-documents.js';
import type { RouteDeclaration } from '../../src/http/route-list.js';
import { type ApiClient, startBackend, type TestBackend } from '../harness.js';

let backend: TestBackend;
let app: NestExpressApplication;
let dataDir: string;
let routes: RouteDeclaration[];
let clients: Map<Role, ApiClient>;
beforeAll(async () => {
  backend = await startBackend();
  dataDir = await mkdtemp(join(tmpdir(), 'cupola-parity-'));
  const config = readBackendConfig({ DATABASE_URL: backend.databaseUrl, CUPOLA_PORT: '0', CUPOLA_DATA_DIR: dataDir });
  app = await buildApplication({ config, bus: createInMemoryBus() });
  await app.init();
  routes = app.get(ApiDocuments).routes();
  clients = new Map();
  for (const role of ROLES) clients.set(role, await backend.user(role));
});
afterAll(async () => {
  await app.close();
  await rm(dataDir, { recursive: true });
  await backend.close();
});

const everywhere = (role: Role): ResolvedGrant[] => [{ role, scope: 'all', siteId: null, buildingId: null, floorId: null }];
const named = ({ method, path }: RouteDeclaration) => `${method} ${path}`;
/** An object that does not exist: whoever may use the route at all gets past the guard, and no further. */
const addressOf = (route: RouteDeclaration) => route.path.replaceAll(/:\w+/g, '00000000-0000-4000-8000-000000000000');

interface ExpressLayer {
  route?: { path: string; methods: Record<string, boolean> };
}

describe('every REST route', () => {
  it('is declared in a controller: nothing else answers', () => {
    const { stack } = (app.getHttpAdapter().getInstance() as { router: { stack: ExpressLayer[] } }).router;
    const registered = stack.flatMap(({ route }) =>
      route === undefined ? [] : Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`),
    );
    expect(registered.sort()).toEqual(routes.map(named).sort());
    expect(routes.length).toBeGreaterThan(15);
  });

  it('names exactly one permission, or says why it is public', () => {
    expect(routes.filter(({ permission, publicReason }) => (permission === null) === (publicReason === null)).map(named)).toEqual([]);
    expect(routes.filter(({ permission }) => permission !== null && !PERMISSIONS.includes(permission)).map(named)).toEqual([]);
  });

  it('is public only where a person agreed to that', () => {
    expect(routes.filter(({ permission }) => permission === null).map(named)).toEqual([
      'GET /api/asyncapi.yaml',
      'GET /api/docs',
      'GET /api/docs/start.js',
      'GET /api/docs/swagger-ui-bundle.js',
      'GET /api/docs/swagger-ui.css',
      'GET /api/openapi.json',
      'POST /api/v1/auth/login',
      'POST /api/v1/auth/logout',
      'POST /api/v1/auth/refresh',
      'GET /health/live',
      'GET /health/ready',
      'GET /metrics',
    ]);
  });

  it('lets each role through exactly as the table says', async () => {
    const differences: string[] = [];
    for (const route of routes) {
      if (route.permission === null) continue;
      for (const role of ROLES) {
        const { status, body } = await (clients.get(role) as ApiClient).send(route.method, addressOf(route));
        const isThrough = status !== 401 && !(status === 403 && body.code === 'FORBIDDEN');
        if (isThrough !== isAllowedSomewhere(everywhere(role), route.permission)) differences.push(`${named(route)} as ${role}: ${status} ${body.code}`);
        if (status >= 500) differences.push(`${named(route)} as ${role}: ${status} ${body.code}`);
      }
    }
    expect(differences).toEqual([]);
  });

  it('that is not public refuses strangers, and whoever brings only a cookie', async () => {
    const { cookie } = clients.get('admin') as ApiClient;
    const open: string[] = [];
    for (const route of routes) {
      if (route.permission === null) continue;
      for (const headers of [{}, { cookie: cookie ?? '', origin: backend.url }] as Record<string, string>[]) {
        const { status, body } = await backend.anonymous().send(route.method, addressOf(route), undefined, headers);
        if (status !== 401 || body.code !== 'UNAUTHENTICATED') open.push(`${named(route)}: ${status}`);
      }
    }
    expect(open).toEqual([]);
  });

  it('refuses a token in its address', async () => {
    const client = await backend.user('admin');
    const accepted: string[] = [];
    for (const route of routes) {
      const { status } = await backend.anonymous().send(route.method, `${addressOf(route)}?access_token=${client.token}`);
      if (status !== 400) accepted.push(`${named(route)}: ${status}`);
    }
    expect(accepted).toEqual([]);
  });
});
