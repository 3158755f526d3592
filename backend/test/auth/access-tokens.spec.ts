import { FakeClock } from '@cupola/testing';
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import jwt, { type SignOptions } from 'jsonwebtoken';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSigningKeys } from '../../src/auth/signing-keys.js';
import { startBackend, type TestBackend } from '../harness.js';

const clock = new FakeClock(Date.now());
let backend: TestBackend;
let keyFile: string;
let kid: string;
let ownKey: string;
beforeAll(async () => {
  backend = await startBackend({ clock });
  // The claim codes' pepper lies beside the signing key.
  const name = (await readdir(join(backend.dataDir, 'keys'))).find((file) => file.endsWith('.pem')) ?? '';
  keyFile = join(backend.dataDir, 'keys', name);
  kid = name.replace('.pem', '');
  ownKey = await readFile(keyFile, 'utf8');
});
afterAll(() => backend.close());

/** The administrator's real claims, signed anew in some other way. */
function resigned(key: jwt.Secret, options: SignOptions, changes: Record<string, unknown> = {}): string {
  const { iss, aud, sub, sid, iat, exp } = jwt.decode(backend.admin.token ?? '') as Record<string, unknown>;
  return jwt.sign({ iss, aud, sub, sid, iat, exp, ...changes }, key, { keyid: kid, ...options });
}

async function refusalOf(token: string): Promise<string> {
  const client = backend.anonymous();
  client.token = token;
  const { status, body, headers } = await client.get('/api/v1/auth/me');
  return `${status} ${body.code} ${headers.get('www-authenticate')}`;
}
const REFUSED = '401 UNAUTHENTICATED Bearer';

describe('an access token', () => {
  it('is accepted as issued, and re-signed with the same key and claims', async () => {
    expect((await backend.admin.get('/api/v1/auth/me')).status).toBe(200);
    expect(await refusalOf(resigned(ownKey, { algorithm: 'ES256' }))).toMatch(/^200/);
  });

  it('carries who and which session, and no rights', () => {
    const decoded = jwt.decode(backend.admin.token ?? '', { complete: true });
    expect(decoded?.header).toEqual({ alg: 'ES256', typ: 'JWT', kid });
    expect(Object.keys(decoded?.payload ?? {}).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'sid', 'sub']);
  });

  it('is refused when signed by another key under our key id', async () => {
    const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    expect(await refusalOf(resigned(foreign, { algorithm: 'ES256' }))).toBe(REFUSED);
  });

  it('is refused with algorithm none', async () => {
    expect(await refusalOf(resigned('', { algorithm: 'none' }))).toBe(REFUSED);
  });

  it('is refused with HS256 and the public key as its secret', async () => {
    const [, payload = ''] = (backend.admin.token ?? '').split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'JWT', kid })).toString('base64url');
    const publicPem = createPublicKey(createPrivateKey(ownKey)).export({ type: 'spki', format: 'pem' }).toString();
    const { createHmac } = await import('node:crypto');
    const signature = createHmac('sha256', publicPem).update(`${header}.${payload}`).digest('base64url');
    expect(await refusalOf(`${header}.${payload}.${signature}`)).toBe(REFUSED);
  });

  it.each([
    ['another issuer', { iss: 'somebody' }],
    ['another audience', { aud: 'cupola-device' }],
    ['no session', { sid: undefined }],
    ['a session that is no id', { sid: "' OR 1=1" }],
  ])('is refused with %s', async (_name, changes) => {
    expect(await refusalOf(resigned(ownKey, { algorithm: 'ES256' }, changes))).toBe(REFUSED);
  });

  it('is refused for a session of another user', async () => {
    const sub = '00000000-0000-4000-8000-000000000000';
    expect(await refusalOf(resigned(ownKey, { algorithm: 'ES256' }, { sub }))).toContain('401 SESSION_ENDED');
  });

  it.each([['an unknown key', 'unknown-key-id'], ['a path', '../../etc/passwd']])('is refused with the id of %s', async (_name, keyid) => {
    expect(await refusalOf(resigned(ownKey, { algorithm: 'ES256', keyid }))).toBe(REFUSED);
  });

  it.each(['', 'x', 'a.b.c', 'Bearer', '..', 'eyJhbGciOiJFUzI1NiJ9.e30.'])('is refused when it is %j', async (token) => {
    expect(await refusalOf(token)).toBe(REFUSED);
  });

  it('is refused after ten minutes, not before', async () => {
    const client = await backend.user('viewer');
    clock.advance(599_000);
    expect((await client.get('/api/v1/auth/me')).status).toBe(200);
    clock.advance(2_000);
    const late = await client.get('/api/v1/auth/me');
    expect(late.body).toMatchObject({ code: 'UNAUTHENTICATED', detail: 'The access token has expired.' });
  });

  it('is refused in a cookie', async () => {
    const answer = await backend.anonymous().send('GET', '/api/v1/auth/me', undefined, { cookie: `access_token=${backend.admin.token}; ${backend.admin.cookie}` });
    expect(answer.body.code).toBe('UNAUTHENTICATED');
  });
});

describe('signing keys', () => {
  it('are readable by their owner alone', async () => {
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    expect((await stat(join(backend.dataDir, 'keys'))).mode & 0o777).toBe(0o700);
  });

  it('are made once, and rotate by a new file: the newest signs, all verify', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'cupola-keys-'));
    try {
      const first = await loadSigningKeys(dataDir);
      expect((await loadSigningKeys(dataDir)).signing.kid).toBe(first.signing.kid);
      const next = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
      await writeFile(join(dataDir, 'keys', 'rotated-key.pem'), next, { mode: 0o600 });
      await utimes(join(dataDir, 'keys', 'rotated-key.pem'), new Date(), new Date(Date.now() + 5_000));
      const both = await loadSigningKeys(dataDir);
      expect(both.signing.kid).toBe('rotated-key');
      expect([...both.verifying.keys()].sort()).toEqual([first.signing.kid, 'rotated-key'].sort());
    } finally {
      await rm(dataDir, { recursive: true });
    }
  });
});
