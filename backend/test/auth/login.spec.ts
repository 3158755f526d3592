import type { Problem } from '@cupola/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_PASSWORD, startBackend, type TestBackend, USER_PASSWORD } from '../harness.js';

let backend: TestBackend;
beforeAll(async () => {
  backend = await startBackend({ env: { CUPOLA_TRUSTED_PROXY: '127.0.0.1' } });
});
afterAll(() => backend.close());

const bare = ({ correlationId: _correlationId, ...rest }: Problem) => rest;

/** Logs in as if from another address, so that one spec's failures do not throttle the next. */
const loginFrom = (address: string, username: string, password: string, headers: Record<string, string> = {}) =>
  backend.anonymous().send('POST', '/api/v1/auth/login', { username, password }, { 'x-forwarded-for': address, ...headers });

describe('login', () => {
  it('gives a token for ten minutes and a cookie that scripts cannot read', async () => {
    const answer = await backend.anonymous().post<{ expiresIn: number }>('/api/v1/auth/login', { username: 'admin', password: ADMIN_PASSWORD });
    expect(answer.status).toBe(200);
    expect(answer.body.expiresIn).toBe(600);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('set-cookie')).toMatch(/^cupola_refresh=[\w-]{43}; Max-Age=\d+; Path=\/api\/v1\/auth; .*HttpOnly; SameSite=Strict$/);
  });

  it('takes a username in any case and with spaces around it', async () => {
    expect((await loginFrom('10.0.0.1', '  Admin ', ADMIN_PASSWORD)).status).toBe(200);
  });

  it('answers a wrong password, an unknown and a disabled user alike', async () => {
    const victim = await backend.user('viewer');
    const { body } = await backend.admin.get<{ items: { id: string; username: string }[] }>('/api/v1/users');
    const id = body.items.find(({ username }) => username === victim.username)?.id;
    await backend.admin.patch(`/api/v1/users/${id}`, { disabled: true });
    const wrong = await loginFrom('10.0.0.2', 'admin', 'wrong');
    const unknown = await loginFrom('10.0.0.2', 'nobody', 'wrong');
    const disabled = await loginFrom('10.0.0.2', victim.username, USER_PASSWORD);
    expect(wrong.status).toBe(401);
    expect(wrong.body.code).toBe('WRONG_CREDENTIALS');
    expect(bare(wrong.body)).toEqual(bare(unknown.body));
    expect(bare(wrong.body)).toEqual(bare(disabled.body));
  });

  it('refuses what is no login with the field that is wrong', async () => {
    const answer = await backend.anonymous().post('/api/v1/auth/login', { username: 'admin', password: 'x', remember: true });
    expect(answer.status).toBe(422);
    expect(answer.body.code).toBe('VALIDATION_FAILED');
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect((await backend.anonymous().post('/api/v1/auth/login', { username: 'admin' })).body.errors?.[0]?.path).toBe('password');
  });

  it('throttles guesses at one account from one address, parallel ones included, and no other address', async () => {
    const guesses = await Promise.all(Array.from({ length: 14 }, (_, index) => loginFrom('10.0.1.1', 'admin', `guess ${index}`)));
    const refused = guesses.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(4);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(250);
    expect(refused[0]?.body.retryAfter).toBe(Number(refused[0]?.headers.get('retry-after')));
    expect((await loginFrom('10.0.1.1', 'admin', ADMIN_PASSWORD)).status).toBe(429);
    expect((await loginFrom('10.0.1.2', 'admin', ADMIN_PASSWORD)).status).toBe(200);
  });

  it('throttles guesses at many accounts from one address', async () => {
    const guesses = Array.from({ length: 62 }, (_, index) => loginFrom('10.0.2.1', `user-${index}`, 'guess'));
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(60);
    expect(statuses.filter((status) => status === 429)).toHaveLength(2);
  });

  it('does not count right passwords', async () => {
    for (let round = 0; round < 12; round += 1) expect((await loginFrom('10.0.3.1', 'admin', ADMIN_PASSWORD)).status).toBe(200);
  });

  it('is refused to a page from elsewhere', async () => {
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1']) {
      const answer = await loginFrom('10.0.4.1', 'admin', ADMIN_PASSWORD, { origin });
      expect(answer.body.code, origin).toBe('ORIGIN_REFUSED');
    }
    expect((await loginFrom('10.0.4.1', 'admin', ADMIN_PASSWORD, { origin: backend.url })).status).toBe(200);
  });

  it('leaves failures and the first throttled attempt in the audit trail, with the address', async () => {
    for (let round = 0; round < 13; round += 1) await loginFrom('10.0.5.1', 'somebody', 'guess');
    const { body } = await backend.admin.get<{ items: { code: string; address: string; result: string }[] }>('/api/v1/audit?target=somebody');
    expect(body.items.map(({ code }) => code)).toEqual(['TOO_MANY_ATTEMPTS', ...Array.from({ length: 10 }, () => 'WRONG_CREDENTIALS')]);
    expect(new Set(body.items.map(({ address, result }) => `${address} ${result}`))).toEqual(new Set(['10.0.5.1 refused']));
  });
});
