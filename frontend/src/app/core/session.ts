import { DestroyRef, Service, computed, inject, signal } from '@angular/core';
import type { Permission } from '@cupola/domain';
import type { me as meSchema, tokenResponse } from '@cupola/contracts';
import type { z } from 'zod';
import { Refused } from './refused';
import { request } from './request';
import type { RequestOptions } from './request';

export type Me = z.infer<typeof meSchema>;
type Tokens = z.infer<typeof tokenResponse>;
export type SessionStatus = 'starting' | 'unreachable' | 'anonymous' | 'signedIn';

/** Renewed after this share of its life, so that no request ever carries a token that is about to lapse. */
const RENEW_AT = 0.75;

/** One tab renews at a time: two would present the same refresh cookie, which reads as theft. */
function aloneAmongTabs<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? navigator.locks.request('cupola.refresh', work) : work();
}

/** Who works here. The access token lives in this object only; the refresh token is a cookie that no script can read. */
@Service()
export class Session {
  private token: { value: string; lapsesAt: number } | null = null;
  private renewal: Promise<void> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('cupola.session');

  readonly status = signal<SessionStatus>('starting');
  readonly me = signal<Me | null>(null);
  /** Why the last session ended, when it was not by logging out. */
  readonly ended = signal<'expired' | null>(null);
  readonly permissions = computed<ReadonlySet<Permission>>(() => new Set(this.me()?.permissions ?? []));

  constructor() {
    this.tabs?.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (event.data === 'ended') this.forget();
    });
    inject(DestroyRef).onDestroy(() => {
      clearTimeout(this.timer);
      this.tabs?.close();
    });
  }

  can(permission: Permission): boolean {
    return this.permissions().has(permission);
  }

  /** Continues the session that the refresh cookie stands for, if there is one. */
  async start(): Promise<void> {
    try {
      await this.renew();
      await this.loadMe();
    } catch (thrown) {
      const refused = thrown instanceof Refused ? thrown : null;
      this.status.set(refused?.extra.status === 401 || refused?.extra.status === 403 ? 'anonymous' : 'unreachable');
    }
  }

  async logIn(username: string, password: string): Promise<void> {
    this.keep(await request<Tokens>('auth/login', { method: 'POST', body: { username, password } }));
    await this.loadMe();
    this.ended.set(null);
  }

  /** Ends the session here, in the other tabs and on the server. */
  async logOut(): Promise<void> {
    try {
      await this.authorized('auth/logout', { method: 'POST' });
    } finally {
      this.tabs?.postMessage('ended');
      this.forget();
    }
  }

  /** A request as this person. A lapsed token is renewed once; a session that is over leads to the login page. */
  async authorized<T>(path: string, options: RequestOptions = {}): Promise<T> {
    const attempt = async () =>
      request<T>(path, { ...options, headers: { ...options.headers, authorization: `Bearer ${await this.validToken()}` } });
    try {
      return await attempt();
    } catch (thrown) {
      if (!(thrown instanceof Refused) || thrown.extra.status !== 401) throw thrown;
      await this.renew();
      return attempt();
    }
  }

  private async validToken(): Promise<string> {
    if (!this.token || this.token.lapsesAt <= performance.now()) await this.renew();
    return this.token?.value ?? '';
  }

  private renew(): Promise<void> {
    this.renewal ??= aloneAmongTabs(() => request<Tokens>('auth/refresh', { method: 'POST' }))
      .then((tokens) => this.keep(tokens))
      .catch((thrown: unknown) => {
        const over = thrown instanceof Refused && (thrown.extra.status === 401 || thrown.extra.status === 403);
        if (over && this.status() === 'signedIn') {
          this.ended.set('expired');
          this.forget();
        }
        throw thrown;
      })
      .finally(() => (this.renewal = null));
    return this.renewal;
  }

  private keep(tokens: Tokens): void {
    const lifeMs = tokens.expiresIn * 1000 * RENEW_AT;
    this.token = { value: tokens.accessToken, lapsesAt: performance.now() + lifeMs };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      // A failed renewal is tried again by the next request that needs the token.
      this.renew().catch(() => undefined);
    }, lifeMs);
  }

  private async loadMe(): Promise<void> {
    this.me.set(await this.authorized<Me>('auth/me'));
    this.status.set('signedIn');
  }

  private forget(): void {
    clearTimeout(this.timer);
    this.token = null;
    this.me.set(null);
    this.status.set('anonymous');
  }
}
