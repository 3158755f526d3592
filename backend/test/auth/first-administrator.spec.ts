import { createInMemoryBus } from '@cupola/messaging';
import { createDatabase, type SpecDatabase } from '@cupola/testing';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readBackendConfig } from '../../src/config/read-backend-config.js';
import { createBackend } from '../../src/create-backend.js';
import { ADMIN_PASSWORD, ApiClient } from '../harness.js';

let specDatabase: SpecDatabase;
let dataDir: string;
beforeEach(async () => {
  specDatabase = await createDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'cupola-first-'));
});
afterEach(async () => {
  await specDatabase.drop();
  await rm(dataDir, { recursive: true, maxRetries: 5 });
});

function start(env: Record<string, string> = {}, directory = dataDir) {
  const config = readBackendConfig({ DATABASE_URL: specDatabase.url, CUPOLA_PORT: '0', CUPOLA_DATA_DIR: directory, ...env });
  return createBackend({ config, bus: createInMemoryBus() });
}

describe('the first start', () => {
  it('makes an administrator with a password that is told once and kept for the owner alone', async () => {
    const first = await start();
    const { username, password, passwordFile } = first.firstAdministrator ?? {};
    expect(username).toBe('admin');
    expect(password).toMatch(/^[\w-]{20}$/);
    expect(await readFile(passwordFile ?? '', 'utf8')).toContain(`password: ${password}`);
    expect((await stat(passwordFile ?? '')).mode & 0o777).toBe(0o600);
    const client = new ApiClient(first.url);
    await client.login('admin', password ?? '');
    const { body } = await client.get<{ items: { operation: string; actor: string }[] }>('/api/v1/audit?operation=user.create');
    expect(body.items).toMatchObject([{ operation: 'user.create', actor: 'first start' }]);
    await first.close();

    const second = await start();
    expect(second.firstAdministrator).toBeUndefined();
    // The keys are kept, too: nobody has to log in again after a restart.
    const again = new ApiClient(second.url);
    again.token = client.token;
    expect((await again.get('/api/v1/auth/me')).status).toBe(200);
    await second.close();
  });

  it('takes the given password and writes it nowhere', async () => {
    const backend = await start({ CUPOLA_ADMIN_PASSWORD: ADMIN_PASSWORD });
    expect(backend.firstAdministrator).toEqual({ username: 'admin', password: null, passwordFile: null });
    await new ApiClient(backend.url).login('admin', ADMIN_PASSWORD);
    await expect(stat(join(dataDir, 'first-administrator.txt'))).rejects.toThrow('ENOENT');
    await backend.close();
  });

  it('of two programs at once makes one administrator', async () => {
    const other = await mkdtemp(join(tmpdir(), 'cupola-first-'));
    const backends = await Promise.all([start(), start({}, other)]);
    expect(backends.filter(({ firstAdministrator }) => firstAdministrator !== undefined)).toHaveLength(1);
    for (const backend of backends) await backend.close();
    await rm(other, { recursive: true });
  });

  it('says at once when the database cannot be reached or the port is taken', async () => {
    const unreachable = start({ DATABASE_URL: 'postgres://nobody:x@127.0.0.1:1/none' }, join(dataDir, 'other'));
    await expect(unreachable).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const holder = await start();
    await expect(start({ CUPOLA_PORT: new URL(holder.url).port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await holder.close();
  });
});

describe('behind a TLS proxy', () => {
  it('the refresh cookie is bound to the host and secure, and only the public address is an origin', async () => {
    const backend = await start({ CUPOLA_ADMIN_PASSWORD: ADMIN_PASSWORD, CUPOLA_PUBLIC_URL: 'https://cupola.example.org', CUPOLA_TRUSTED_PROXY: '127.0.0.1' });
    const login = (origin: string) =>
      new ApiClient(backend.url).send('POST', '/api/v1/auth/login', { username: 'admin', password: ADMIN_PASSWORD }, { origin, 'x-forwarded-proto': 'https' });
    const answer = await login('https://cupola.example.org');
    expect(answer.headers.get('set-cookie')).toMatch(/^__Host-cupola_refresh=[\w-]{43}; Max-Age=\d+; Path=\/; .*HttpOnly; Secure; SameSite=Strict$/);
    expect(answer.headers.get('strict-transport-security')).toContain('max-age=31536000');
    expect((await login('http://cupola.example.org')).body.code).toBe('ORIGIN_REFUSED');
    await backend.close();
  });
});
