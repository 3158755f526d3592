import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, startBackend, type TestBackend } from '../harness.js';
import { type ConnectOptions, eventually, LiveClient, ticketOf } from './live-client.js';

const ENGINE_PING = '2';
const ENGINE_PONG = '3';
let backend: TestBackend;
const clients: LiveClient[] = [];
beforeAll(async () => {
  backend = await startBackend();
});
afterEach(() => clients.splice(0).forEach((client) => client.close()));
afterAll(() => backend.close());

async function enter(api: ApiClient, options?: ConnectOptions): Promise<LiveClient> {
  const client = await LiveClient.connect(api, options);
  clients.push(client);
  return client;
}

/** The first line and the rest of what the server says to raw bytes. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(backend.url);
    let heard = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setTimeout(30_000, () => socket.destroy());
    socket.on('data', (data) => (heard += data.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(heard));
  });
}

const upgrade = (headers: string[], query = 'EIO=4&transport=websocket') =>
  raw(
    [
      `GET /live/?${query} HTTP/1.1`,
      `Host: ${new URL(backend.url).host}`,
      ...['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='],
      ...headers,
      ...['', ''],
    ].join('\r\n'),
  );

describe('the door of /live', () => {
  it('welcomes a console with a ticket, an epoch and the time', async () => {
    const client = await enter(backend.admin);
    expect(client.epoch).toMatch(/^[0-9a-f-]{36}$/);
    const time = await new Promise<number>((answered) => client.socket.emit('echo', 0, answered));
    expect(Math.abs(time - Date.now())).toBeLessThan(30_000);
  });

  it.each([
    ['an evil', 'https://evil.example'],
    ['a look-alike', 'http://127.0.0.1.evil.example'],
    ['a null', 'null'],
  ])('C1 refuses %s origin with 403, whatever ticket it has', async (_which, origin) => {
    expect(await upgrade([`Origin: ${origin}`])).toMatch(/^HTTP\/1\.1 403 /);
    await expect(enter(backend.admin, { origin })).rejects.toThrow();
  });

  it('refuses an origin that differs in its port, and a connection without one', async () => {
    const { port } = new URL(backend.url);
    expect(await upgrade([`Origin: http://127.0.0.1:${Number(port) + 1}`])).toMatch(/^HTTP\/1\.1 403 /);
    expect(await upgrade([])).toMatch(/^HTTP\/1\.1 403 /);
    await expect(enter(backend.admin, { origin: null })).rejects.toThrow();
  });

  it('speaks no polling, and lets no request continue another', async () => {
    await expect(enter(backend.admin, { transports: ['polling'] })).rejects.toThrow();
    const answer = await fetch(`${backend.url}/live/?EIO=4&transport=polling`, { headers: { origin: backend.url } });
    expect(answer.status).toBe(400);
    const client = await enter(backend.admin);
    expect(await upgrade([`Origin: ${backend.url}`], `EIO=4&transport=websocket&sid=${client.socket.io.engine.id}`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(client.isConnected).toBe(true);
  });

  it.each([
    ['no ticket', undefined],
    ['an unknown ticket', 'A'.repeat(43)],
    ['a ticket that is a thing', { $ne: null }],
    ['a list of tickets', ['A'.repeat(43)]],
  ])('C2 refuses %s', async (_what, ticket) => {
    await expect(enter(backend.admin, { ticket })).rejects.toMatchObject({ data: { code: 'TICKET_REFUSED' } });
  });

  it('C2 closes on a giant ticket at once: nobody even looks whether it is one', async () => {
    const refused = await enter(backend.admin, { ticket: 'A'.repeat(100_000) }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Error);
    expect(refused).not.toHaveProperty('data');
  });

  it('lets exactly one of twenty in who present one ticket at the same time', async () => {
    const ticket = await ticketOf(backend.admin);
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => enter(backend.admin, { ticket })));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('C2 closes a connection that never says who it is, within five seconds: long before the first heartbeat', async () => {
    const socket = new WebSocket(`${backend.url.replace('http', 'ws')}/live/?EIO=4&transport=websocket`, {
      headers: { origin: backend.url },
    } as unknown as string[]);
    const heard: unknown[] = [];
    socket.addEventListener('message', ({ data }) => {
      heard.push(data);
      if (data === ENGINE_PING) socket.send(ENGINE_PONG);
    });
    await new Promise((closed) => socket.addEventListener('close', closed));
    expect(heard).not.toContain(ENGINE_PING);
  });

  it('C4 F13 closes the sockets of a session within two seconds of its logout, and no others', async () => {
    const operator = await backend.user('operator');
    const [leaving, staying] = [await enter(operator), await enter(backend.admin)];
    expect((await operator.send('POST', '/api/v1/auth/logout', undefined, { cookie: operator.cookie ?? '', origin: backend.url })).status).toBeLessThan(300);
    await eventually(() => expect(leaving.isConnected).toBe(false));
    expect(staying.isConnected).toBe(true);
  });

  it('C4 F13 closes them without being told, too', async () => {
    const operator = await backend.user('operator');
    const client = await enter(operator);
    await backend.database.query(`UPDATE user_sessions SET ended_at = now() WHERE user_id = (SELECT id FROM users WHERE username = $1)`, [operator.username]);
    await eventually(() => expect(client.isConnected).toBe(false));
  });

  it('C4 F13 closes the sockets of a user who is disabled', async () => {
    const operator = await backend.user('operator');
    const client = await enter(operator);
    await backend.database.query('UPDATE users SET disabled = true WHERE username = $1', [operator.username]);
    await eventually(() => expect(client.isConnected).toBe(false));
  });
});
