import { waitFor } from '@cupola/testing';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_PASSWORD, startBackend, type TestBackend } from '../harness.js';
import { LiveClient } from '../live/live-client.js';

/** A wire to the database that can be cut: new connections are refused, open ones are reset. */
class Wire {
  private server: Server | null = null;
  private readonly sockets = new Set<Socket>();
  private port = 0;

  constructor(private readonly target: URL) {}

  async mend(): Promise<string> {
    const server = createServer((near) => {
      const far = connect(Number(this.target.port), this.target.hostname);
      for (const [from, to] of [[near, far], [far, near]] as const) {
        this.sockets.add(from);
        from.on('error', () => to.destroy());
        from.on('close', () => to.destroy());
        from.pipe(to);
      }
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String(this.port);
    return url.toString();
  }

  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.server?.close(resolve));
    for (const socket of this.sockets) socket.resetAndDestroy();
    this.sockets.clear();
    await closed;
  }
}

let wire: Wire;
let backend: TestBackend;
beforeAll(async () => {
  backend = await startBackend({
    databaseThrough: (url) => {
      wire = new Wire(new URL(url));
      return wire.mend();
    },
  });
});
afterAll(() => backend.close());

describe('a database that goes away', () => {
  it('is said as 503 with Retry-After, and needs no restart when it is back', async () => {
    expect((await backend.anonymous().get('/health/ready')).status).toBe(200);
    for (let round = 0; round < 2; round += 1) {
      await wire.cut();
      const refused = await backend.admin.get('/api/v1/users');
      expect(refused).toMatchObject({ status: 503, body: { code: 'DATABASE_UNAVAILABLE', retryAfter: 2 } });
      expect(refused.headers.get('retry-after')).toBe('2');
      const login = await backend.anonymous().post('/api/v1/auth/login', { username: 'admin', password: ADMIN_PASSWORD });
      expect(login.body.code).toBe('DATABASE_UNAVAILABLE');
      const write = await backend.admin.post('/api/v1/auth/logout');
      expect(write.body.code).toBe('DATABASE_UNAVAILABLE');
      expect((await backend.anonymous().get('/health/ready')).status).toBe(503);
      expect((await backend.anonymous().get('/health/live')).status).toBe(200);
      await wire.mend();
      await waitFor(async () => (await backend.anonymous().get('/health/ready')).status === 200);
      expect((await backend.admin.get('/api/v1/users')).status).toBe(200);
    }
  });

  it('does not fail requests that are under way in another way than that', async () => {
    const requests = Array.from({ length: 30 }, () => backend.admin.get('/api/v1/audit'));
    await wire.cut();
    const codes = (await Promise.all(requests)).map(({ status, body }) => (status === 200 ? 'OK' : body.code));
    expect(codes.filter((code) => code !== 'OK' && code !== 'DATABASE_UNAVAILABLE')).toEqual([]);
    await wire.mend();
    await waitFor(async () => (await backend.admin.get('/api/v1/audit')).status === 200);
  });

  it('takes the link from every screen, which could not know what it shows, and gives it back', async () => {
    const screen = await LiveClient.connect(backend.admin);
    await wire.cut();
    await waitFor(() => !screen.isConnected, { timeoutMs: 30_000 });
    await expect(LiveClient.connect(backend.admin)).rejects.toThrow();
    await wire.mend();
    await waitFor(async () => (await backend.anonymous().get('/health/ready')).status === 200);
    const again = await LiveClient.connect(backend.admin);
    expect(again.isConnected).toBe(true);
    again.socket.disconnect();
  });
});
