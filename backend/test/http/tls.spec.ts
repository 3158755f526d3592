import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createInMemoryBus } from '@cupola/messaging';
import { createDatabase } from '@cupola/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readBackendConfig } from '../../src/config/read-backend-config.js';
import { createBackend } from '../../src/create-backend.js';

const PASSWORD = 'correct horse battery staple';
let folder: string;
const file = (name: string) => join(folder, name);

async function makeCertificate(name: string): Promise<void> {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file(`${name}.key`)];
  await promisify(execFile)('openssl', ['req', '-x509', ...key, '-out', file(`${name}.pem`), '-days', '2', '-subj', '/CN=console', '-addext', 'subjectAltName=IP:127.0.0.1']);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cupola-console-tls-'));
  await Promise.all(['console', 'other'].map(makeCertificate));
});
afterAll(() => rm(folder, { recursive: true }));

const configOf = (databaseUrl: string, cert: string, key: string) =>
  readBackendConfig({
    ...{ DATABASE_URL: databaseUrl, CUPOLA_PORT: '0', CUPOLA_DATA_DIR: folder, CUPOLA_ADMIN_PASSWORD: PASSWORD, CUPOLA_PUBLIC_URL: 'https://127.0.0.1' },
    ...{ CUPOLA_TLS_CERT: file(cert), CUPOLA_TLS_KEY: file(key) },
  });

it('serves the API over TLS of its own, with a cookie that never leaves it', async () => {
  const database = await createDatabase();
  const bus = createInMemoryBus();
  const backend = await createBackend({ config: configOf(database.url, 'console.pem', 'console.key'), bus });
  const ca = await readFile(file('console.pem'), 'utf8');
  const answer = await new Promise<{ status: number | undefined; cookie: string }>((resolve, reject) => {
    const headers = { 'content-type': 'application/json', origin: 'https://127.0.0.1' };
    const asked = request(`${backend.url}/api/v1/auth/login`, { method: 'POST', agent: false, ca, headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, cookie: String(response.headers['set-cookie']) });
    });
    asked.on('error', reject);
    asked.end(JSON.stringify({ username: 'admin', password: PASSWORD }));
  });
  expect(backend.url).toMatch(/^https:/);
  expect(answer).toMatchObject({ status: 200, cookie: expect.stringMatching(/^__Host-.*Secure/) as string });
  await backend.close();
  await bus.close();
  await database.drop();
});

it('is refused at the start with the setting that is wrong', async () => {
  const bus = createInMemoryBus();
  const start = (cert: string, key: string) => createBackend({ config: configOf('postgres://127.0.0.1/none', cert, key), bus });
  await expect(start('nowhere.pem', 'console.key')).rejects.toThrow(/^CUPOLA_TLS_CERT .* cannot be read \(ENOENT\)\.$/);
  await expect(start('console.pem', 'other.key')).rejects.toThrow(/^CUPOLA_TLS_KEY .* is not the key/);
  await bus.close();
});
