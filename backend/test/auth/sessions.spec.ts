import { waitFor } from '@cupola/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SessionCleanup } from '../../src/auth/session-cleanup.js';
import { type ApiClient, startBackend, type TestBackend, USER_PASSWORD } from '../harness.js';

let backend: TestBackend;
const changes: { userId: string; sessionId: string | null }[] = [];
beforeAll(async () => {
  backend = await startBackend();
  await backend.bus.subscribe('access.changed', (event) => void changes.push(event));
});
afterAll(() => backend.close());

interface Me {
  id: string;
  permissions: string[];
}

/** Sends the client's cookie as a browser does, and keeps the new one. */
async function refresh(client: ApiClient, cookie = client.cookie, headers: Record<string, string> = { origin: backend.url }) {
  const answer = await backend.anonymous().send<{ accessToken: string; code?: string }>('POST', '/api/v1/auth/refresh', undefined, {
    ...(cookie === null ? {} : { cookie }),
    ...headers,
  });
  const next = answer.headers.get('set-cookie')?.split(';')[0] ?? null;
  return { status: answer.status, code: answer.body.code, accessToken: answer.body.accessToken, cookie: next };
}

async function sessionOf(client: ApiClient): Promise<string> {
  const payload = JSON.parse(Buffer.from((client.token ?? '').split('.')[1] ?? '', 'base64url').toString()) as { sid: string };
  return payload.sid;
}

/** As if the tokens had been used longer ago than the leeway. */
const ageUses = (sessionId: string) =>
  backend.database.query(`UPDATE refresh_tokens SET used_at = used_at - interval '11 seconds' WHERE session_id = $1`, [sessionId]);

const alive = async (client: ApiClient) => (await client.get('/api/v1/auth/me')).status === 200;

describe('refresh', () => {
  it('gives a new token and a new cookie, and stores neither', async () => {
    const client = await backend.user('viewer');
    const next = await refresh(client);
    expect(next.status).toBe(200);
    expect(next.cookie).not.toBe(client.cookie);
    const secret = next.cookie?.split('=')[1] ?? '';
    const [leak] = await backend.database.query(`SELECT 1 FROM refresh_tokens WHERE position(convert_to($1, 'UTF8') IN hash) > 0`, [secret]);
    expect(leak).toBeUndefined();
    const renewed = backend.anonymous();
    renewed.token = next.accessToken;
    expect(await alive(renewed)).toBe(true);
  });

  it('forgives a second use within seconds: two tabs, or an answer that was lost', async () => {
    const client = await backend.user('viewer');
    const both = await Promise.all([refresh(client), refresh(client)]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(await alive(client)).toBe(true);
    for (const { cookie } of both) expect((await refresh(client, cookie)).status).toBe(200);
  });

  it('ends the session when a used token comes back later, whoever has the newer one', async () => {
    const client = await backend.user('viewer');
    const sessionId = await sessionOf(client);
    const thief = await refresh(client);
    await ageUses(sessionId);
    expect(await refresh(client)).toMatchObject({ status: 401, code: 'SESSION_ENDED' });
    expect(await alive(client)).toBe(false);
    expect(await refresh(client, thief.cookie)).toMatchObject({ status: 401, code: 'SESSION_ENDED' });
    await waitFor(() => changes.some((change) => change.sessionId === sessionId));
    const { body } = await backend.admin.get<{ items: { reason: string }[] }>('/api/v1/audit?operation=session.refresh');
    expect(body.items[0]?.reason).toBe('refresh token reused');
  });

  it.each([
    ['a page from elsewhere', { origin: 'https://evil.example' }],
    ['a sandboxed page', { origin: 'null' }],
    ['a form on another site', { 'sec-fetch-site': 'cross-site' }],
    ['another program on this host', { origin: 'http://localhost:1' }],
  ])('is refused to %s', async (_name, headers) => {
    const client = await backend.user('viewer');
    expect(await refresh(client, client.cookie, headers)).toMatchObject({ status: 403, code: 'ORIGIN_REFUSED' });
    expect((await refresh(client)).status).toBe(200);
  });

  it.each([['none', null], ['an unknown one', `cupola_refresh=${'x'.repeat(43)}`], ['an empty one', 'cupola_refresh=']])('is refused with %s', async (_name, cookie) => {
    expect((await refresh(backend.anonymous(), cookie)).status).toBe(401);
  });

  it('is refused once the session has expired', async () => {
    const client = await backend.user('viewer');
    await backend.database.query('UPDATE user_sessions SET expires_at = now() WHERE id = $1', [await sessionOf(client)]);
    expect((await refresh(client)).status).toBe(401);
    expect(await alive(client)).toBe(false);
  });
});

describe('logout', () => {
  it('ends the session at once, by token or by cookie, and says so on the bus', async () => {
    for (const by of ['token', 'cookie'] as const) {
      const client = await backend.user('operator');
      const sessionId = await sessionOf(client);
      const caller = backend.anonymous();
      if (by === 'token') caller.token = client.token;
      const answer = await caller.send('POST', '/api/v1/auth/logout', undefined, by === 'cookie' ? { cookie: client.cookie ?? '', origin: backend.url } : {});
      expect(answer.status).toBe(204);
      expect(answer.headers.get('set-cookie')).toMatch(/^cupola_refresh=; Path=\/api\/v1\/auth; Expires=Thu, 01 Jan 1970/);
      expect((await client.get('/api/v1/auth/me')).body.code).toBe('SESSION_ENDED');
      expect((await refresh(client)).status).toBe(401);
      await waitFor(() => changes.some((change) => change.sessionId === sessionId));
    }
  });

  it('of one session leaves the user\'s others alone, and twice is no error', async () => {
    const first = await backend.user('viewer');
    const second = backend.anonymous();
    await second.login(first.username, USER_PASSWORD);
    expect((await first.post('/api/v1/auth/logout')).status).toBe(204);
    expect((await first.post('/api/v1/auth/logout')).status).toBe(204);
    expect(await alive(second)).toBe(true);
  });

  it('is refused to a page from elsewhere', async () => {
    const client = await backend.user('viewer');
    const answer = await backend.anonymous().send('POST', '/api/v1/auth/logout', undefined, { cookie: client.cookie ?? '', origin: 'https://evil.example' });
    expect(answer.body.code).toBe('ORIGIN_REFUSED');
    expect(await alive(client)).toBe(true);
  });
});

describe('a change of rights', () => {
  it('counts from the next request on', async () => {
    const client = await backend.user('admin');
    const { body: me } = await client.get<Me>('/api/v1/auth/me');
    expect((await client.get('/api/v1/users')).status).toBe(200);
    await backend.admin.patch(`/api/v1/users/${me.id}`, { grants: [{ role: 'viewer', scope: 'all', scopeId: null }] });
    expect((await client.get('/api/v1/users')).body.code).toBe('FORBIDDEN');
    await waitFor(() => changes.some((change) => change.userId === me.id && change.sessionId === null));
  });

  it('ends every session of a disabled user', async () => {
    const client = await backend.user('operator');
    const { body: me } = await client.get<Me>('/api/v1/auth/me');
    await backend.admin.patch(`/api/v1/users/${me.id}`, { disabled: true });
    expect((await client.get('/api/v1/auth/me')).body.code).toBe('SESSION_ENDED');
    expect((await refresh(client)).status).toBe(401);
    const sessionId = await sessionOf(client);
    await waitFor(() => changes.some((change) => change.sessionId === sessionId));
  });

  it('ends every session when an administrator sets a password, and the others when it is one\'s own', async () => {
    const client = await backend.user('operator');
    const { body: me } = await client.get<Me>('/api/v1/auth/me');
    const other = backend.anonymous();
    await other.login(client.username, USER_PASSWORD);
    const wrong = await client.post('/api/v1/auth/password', { current: 'not it', password: 'another long password' });
    expect(wrong).toMatchObject({ status: 422, body: { errors: [{ path: 'current', message: 'is not your password' }] } });
    expect((await client.post('/api/v1/auth/password', { current: USER_PASSWORD, password: 'another long password' })).status).toBe(204);
    expect([await alive(client), await alive(other)]).toEqual([true, false]);
    expect((await backend.admin.post(`/api/v1/users/${me.id}/password`, { password: 'a third long password' })).status).toBe(204);
    expect(await alive(client)).toBe(false);
    await other.login(client.username, 'a third long password');
    expect(await alive(other)).toBe(true);
  });
});

describe('old sessions', () => {
  it('are forgotten a month after their end, the others are kept', async () => {
    const [old, recent] = [await backend.user('viewer'), await backend.user('viewer')];
    await backend.database.query(`UPDATE user_sessions SET ended_at = now() - interval '31 days' WHERE id = $1`, [await sessionOf(old)]);
    await new SessionCleanup(backend.database).run();
    expect(await backend.database.query('SELECT id FROM user_sessions WHERE id = ANY($1)', [[await sessionOf(old), await sessionOf(recent)]])).toEqual([
      { id: await sessionOf(recent) },
    ]);
    expect(await alive(recent)).toBe(true);
  });
});
