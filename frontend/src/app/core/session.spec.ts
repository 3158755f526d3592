import { TestBed } from '@angular/core/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { answering, Refusal } from '../../testing/answering';
import { prepareConsole, SESSION_ANSWERS } from '../../testing/console';
import { Session } from './session';

afterEach(() => vi.unstubAllGlobals());

async function signedIn(answers: Record<string, unknown> = {}) {
  await prepareConsole();
  const calls = answering({ ...SESSION_ANSWERS, ...answers });
  const session = TestBed.inject(Session);
  await session.start();
  return { session, calls };
}

describe('Session', () => {
  it('continues by the cookie, and keeps the token out of every storage', async () => {
    const { session } = await signedIn();
    expect([session.status(), session.me()?.name, session.can('users.read'), session.can('audit.read')]).toEqual(['signedIn', 'Ada Okafor', true, false]);
    expect(JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }) + document.cookie).not.toContain('token-1');
  });

  it('is anonymous without a session, and says when nothing answers', async () => {
    const refused = await signedIn({ 'POST auth/refresh': new Refusal(401, 'UNAUTHENTICATED') });
    expect(refused.session.status()).toBe('anonymous');
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')));
    await refused.session.start();
    expect(refused.session.status()).toBe('unreachable');
  });

  it('renews a lapsed token once and repeats the request', async () => {
    let lapsed = true;
    const { session, calls } = await signedIn({ 'GET sites': () => (lapsed ? ((lapsed = false), new Refusal(401, 'UNAUTHENTICATED')) : { items: [] }) });
    await expect(session.authorized('sites')).resolves.toEqual({ items: [] });
    expect(calls.filter(({ path }) => path === 'auth/refresh')).toHaveLength(2);
  });

  it('renews once for requests that fail together', async () => {
    const seen = new Set<string>();
    const { session, calls } = await signedIn({
      'GET sites': ({ query }: { query: URLSearchParams }) => {
        const n = query.get('n') ?? '';
        if (seen.has(n)) return { items: [] };
        seen.add(n);
        return new Refusal(401, 'UNAUTHENTICATED');
      },
    });
    await Promise.all(['1', '2', '3'].map((n) => session.authorized('sites', { query: { n } })));
    expect(calls.filter(({ path }) => path === 'auth/refresh')).toHaveLength(2);
  });

  it('is over when the renewal is refused, and says that it expired', async () => {
    let renewals = 0;
    const { session } = await signedIn({
      'POST auth/refresh': () => (renewals++ === 0 ? { accessToken: 'token-1', expiresIn: 600 } : new Refusal(401, 'SESSION_ENDED')),
      'GET sites': new Refusal(401, 'SESSION_ENDED'),
    });
    await expect(session.authorized('sites')).rejects.toMatchObject({ code: 'SESSION_ENDED' });
    expect([session.status(), session.ended(), session.me()]).toEqual(['anonymous', 'expired', null]);
  });

  it('forgets everything at logout even when the server is away', async () => {
    const { session } = await signedIn();
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')));
    await expect(session.logOut()).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect([session.status(), session.me(), session.ended()]).toEqual(['anonymous', null, null]);
  });
});
