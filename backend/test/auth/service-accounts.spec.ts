import type { SiteTree } from '@cupola/contracts';
import { createInMemoryBus } from '@cupola/messaging';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBackendConfig } from '../../src/config/read-backend-config.js';
import { createBackend, type RunningBackend } from '../../src/create-backend.js';
import { ApiClient, startBackend, type TestBackend } from '../harness.js';

let first: TestBackend;
let folder: string;
let backend: RunningBackend;
beforeAll(async () => {
  first = await startBackend();
  folder = await mkdtemp(join(tmpdir(), 'cupola-service-'));
  const config = readBackendConfig({ DATABASE_URL: first.databaseUrl, CUPOLA_PORT: '0', CUPOLA_DATA_DIR: folder });
  backend = await createBackend({ config, bus: createInMemoryBus() });
});
afterAll(async () => {
  await backend.close();
  await first.close();
  await rm(folder, { recursive: true });
});

const account = () => ({
  ...{ username: 'some-program', name: 'Some program', role: 'technician' as const, secret: { file: join(folder, 'some', 'password') } },
  site: { name: 'Its site', timeZone: 'Europe/Berlin' },
});

describe('the account of a demo building that runs apart', () => {
  it('is made when a password is given, is a technician of the demo site alone, and keeps what an administrator made of it', async () => {
    const start = async (demoPassword: string): Promise<RunningBackend> => {
      const env = { DATABASE_URL: first.databaseUrl, CUPOLA_PORT: '0', CUPOLA_DATA_DIR: folder, CUPOLA_DEMO_PASSWORD: demoPassword };
      return createBackend({ config: readBackendConfig(env), bus: createInMemoryBus() });
    };
    expect(await first.database.query(`SELECT 1 FROM users WHERE username = 'demo-building'`)).toEqual([]);
    await (await start('only the two know this')).close();
    const again = await start('something else altogether');
    try {
      const demo = new ApiClient(again.url);
      await demo.login('demo-building', 'only the two know this');
      expect((await demo.get<{ items: SiteTree[] }>('/api/v1/sites')).body.items.map(({ name }) => name)).toEqual(['Cupola House']);
      expect((await demo.get('/api/v1/users')).status).toBe(403);
      expect((await demo.get('/api/v1/audit')).status).toBe(403);
      const grants = await first.database.query(`SELECT role, scope FROM grants g JOIN users u ON u.id = g.user_id WHERE u.username = 'demo-building'`);
      expect(grants).toEqual([{ role: 'technician', scope: 'site' }]);
    } finally {
      await again.close();
    }
  });
});

describe('a service account', () => {
  it('gets a random password in a file of its owner, and may do things on its own site alone', async () => {
    const password = await backend.serviceAccount(account());
    expect(password.length).toBeGreaterThanOrEqual(32);
    expect((await readFile(account().secret.file, 'utf8')).trim()).toBe(password);
    expect((await stat(account().secret.file)).mode & 0o777).toBe(0o600);
    const program = new ApiClient(backend.url);
    await program.login('some-program', password);
    await first.admin.post('/api/v1/sites', { name: 'Another site', timeZone: 'UTC' });
    const { body } = await program.get<{ items: SiteTree[] }>('/api/v1/sites');
    expect(body.items.map(({ name }) => name)).toEqual(['Its site']);
    expect((await program.post('/api/v1/sites', { name: 'Third', timeZone: 'UTC' })).status).toBe(403);
    expect((await program.get('/api/v1/users')).status).toBe(403);
    const audited = await first.database.query(`SELECT operation, actor FROM audit_records WHERE operation LIKE '%.create' AND target IN ('some-program', 'Its site') ORDER BY operation`);
    expect(audited).toEqual([{ operation: 'site.create', actor: 'some-program' }, { operation: 'user.create', actor: 'first start' }]);
  });

  it('keeps its password, and gets a new one when the file is lost', async () => {
    const password = await backend.serviceAccount(account());
    expect(await backend.serviceAccount(account())).toBe(password);
    await rm(account().secret.file);
    const renewed = await backend.serviceAccount(account());
    expect(renewed).not.toBe(password);
    await new ApiClient(backend.url).login('some-program', renewed);
    await expect(new ApiClient(backend.url).login('some-program', password)).rejects.toThrow('refused');
    expect(await first.database.query(`SELECT 1 FROM audit_records WHERE operation = 'user.password' AND target = 'some-program'`)).toHaveLength(1);
    expect(await first.database.query(`SELECT 1 FROM users WHERE username = 'some-program'`)).toHaveLength(1);
  });
});
