import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Device, helloOf } from './device.js';
import type { Harness } from './harness.js';
import { startGateway } from './harness.js';
import type { UpgradeLines } from './raw.js';
import { frameBytes, Raw, upgradeText } from './raw.js';
import type { ScriptedController } from './scripted-backend.js';

const quick = { timeout: 30_000, interval: 5 };
const foreign = () => randomBytes(32).toString('base64url');
let harness: Harness;
let controller: ScriptedController;
beforeAll(async () => {
  harness = await startGateway({ config: { origins: ['https://devices.example.org'], trustedProxies: [] } });
  controller = harness.backend.addController();
});
afterAll(() => harness.close());

async function statusOf(ticket: string, lines: UpgradeLines = {}): Promise<number> {
  const raw = await Raw.open(harness.url);
  raw.socket.write(upgradeText(ticket, lines));
  const status = await raw.status();
  raw.socket.destroy();
  return status;
}

it('opens a session with a good ticket, answering the subprotocol without the ticket', async () => {
  const raw = await Raw.open(harness.url);
  const ticket = harness.backend.issue(controller);
  raw.socket.write(upgradeText(ticket));
  expect(await raw.status()).toBe(101);
  expect(raw.text).toContain('Sec-WebSocket-Protocol: cupola.v1.json\r\n');
  expect(raw.text).not.toContain(ticket);
  raw.socket.destroy();
});

describe('tickets', () => {
  it('H1 refuses an unknown, a used and a points ticket alike', async () => {
    const used = harness.backend.issue(controller);
    expect(await statusOf(used)).toBe(101);
    expect(await statusOf(used)).toBe(401);
    expect(await statusOf(foreign())).toBe(401);
    expect(await statusOf(harness.backend.issue(controller, 'points'))).toBe(401);
  });

  it('H2 lets one of twenty parallel presentations of a ticket in', async () => {
    const ticket = harness.backend.issue(controller);
    const statuses = await Promise.all(Array.from({ length: 20 }, () => statusOf(ticket)));
    expect(statuses.filter((status) => status === 101)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(19);
  });

  const offers = (protocols: string) => ({ headers: { 'Sec-WebSocket-Protocol': protocols } });
  it.each([
    ['H3 two tickets', (t: string) => offers(`cupola.v1.json, ticket.${t}, ticket.${foreign()}`), 400],
    ['H3 a ticket with padding', (t: string) => offers(`cupola.v1.json, ticket.${t}=`), 400],
    ['H3 a ticket too short', () => offers('cupola.v1.json, ticket.abc'), 400],
    ['H3 the same offer twice', (t: string) => offers(`cupola.v1.json, ticket.${t}, ticket.${t}`), 400],
    ['H3 the subprotocol twice', (t: string) => offers(`cupola.v1.json, cupola.v1.json, ticket.${t}`), 400],
    ['H4 no subprotocol header', () => ({ headers: { 'Sec-WebSocket-Protocol': null } }), 400],
    ['H4 an unsupported subprotocol', (t: string) => offers(`cupola.v9.json, ticket.${t}`), 400],
    ['H4 an empty offer', (t: string) => offers(`cupola.v1.json, , ticket.${t}`), 400],
    ['no ticket', () => offers('cupola.v1.json'), 401],
    ['offers in two header lines', (t: string) => ({ headers: { 'Sec-WebSocket-Protocol': ['cupola.v1.json', `ticket.${t}`] } }), 101],
  ])('%s', async (_, lines, status) => {
    const ticket = harness.backend.issue(controller);
    const before = harness.backend.consumptions.length;
    expect(await statusOf(ticket, lines(ticket))).toBe(status);
    expect(harness.backend.consumptions.length - before).toBe(status === 101 ? 1 : 0);
  });

  it.each(['?ticket=', '?access_token=', '?x=ticket.', '?x='])('H5 in the URL (%s) is refused and burnt', async (query) => {
    const ticket = harness.backend.issue(controller);
    expect(await statusOf(ticket, { path: `/device/v1/session${query}${ticket}` })).toBe(400);
    expect(harness.backend.burnt).toContain(ticket);
    expect(await statusOf(ticket)).toBe(401);
  });

  it('H5 in the URL of any other request is burnt too', async () => {
    const ticket = harness.backend.issue(controller, 'points');
    const response = await fetch(`${harness.url}/device/v1/points?ticket=${ticket}`, { method: 'PUT', body: '{}' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'TICKET_IN_URL' });
    expect(harness.backend.burnt).toContain(ticket);
  });
});

describe('origins', () => {
  it.each([
    [null, 101],
    ['https://devices.example.org', 101],
    ['https://evil.example.org', 403],
    ['null', 403],
    ['https://devices.example.org.evil.org', 403],
    ['http://devices.example.org', 403],
    ['https://devices.example.org:444', 403],
    ['', 403],
    [['https://devices.example.org', 'https://evil.example.org'], 403],
  ])('H6 %s -> %i', async (origin, status) => {
    expect(await statusOf(harness.backend.issue(controller), { headers: { Origin: origin } })).toBe(status);
  });
});

it('origins of some site come with the renewals; whose they are backend judges with the ticket', async () => {
  const own = await startGateway({ config: { origins: ['https://everywhere.example.org'] } });
  own.backend.renewReply.origins = ['https://site.example.org'];
  const known = own.backend.addController();
  const seen: (string | null | undefined)[] = [];
  own.backend.before.consumeRequest = ({ origin }) => void seen.push(origin);
  const ask = async (origin: string): Promise<number> => {
    const raw = await Raw.open(own.url);
    raw.socket.write(upgradeText(own.backend.issue(known), { headers: { Origin: origin } }));
    const status = await raw.status();
    raw.socket.destroy();
    return status;
  };
  expect(await ask('https://everywhere.example.org')).toBe(101);
  await vi.waitFor(async () => expect(await ask('https://site.example.org')).toBe(101), quick);
  own.backend.renewReply.origins = [];
  await vi.waitFor(async () => expect(await ask('https://site.example.org')).toBe(403), quick);
  expect(new Set(seen)).toEqual(new Set([null, 'https://site.example.org']));
  await own.close();
});

describe('syntax', () => {
  it.each([
    ['H7 HTTP/1.0', { version: '1.0' }, 400],
    ['H7 a wrong version', { headers: { 'Sec-WebSocket-Version': '8' } }, 400],
    ['H7 no version', { headers: { 'Sec-WebSocket-Version': null } }, 400],
    ['H7 no key', { headers: { 'Sec-WebSocket-Key': null } }, 400],
    ['H7 a short key', { headers: { 'Sec-WebSocket-Key': 'abc' } }, 400],
    ['another upgrade', { headers: { Upgrade: 'h2c' } }, 400],
    ['POST', { method: 'POST' }, 400],
    ['H8 a header of 16 KiB', { headers: { 'X-Large': 'x'.repeat(16_384) } }, 431],
    ['H9 /%ZZ', { path: '/%ZZ' }, 404],
    ['H9 a path of 8 KiB', { path: `/${'a'.repeat(8192)}` }, 431],
    ['H9 a NUL in the path', { path: '/device\0/v1/session' }, 400],
    ['another path', { path: '/device/v1/sessions' }, 404],
    ['dots in the path', { path: '/device/v1/x/../session' }, 404],
  ] satisfies [string, UpgradeLines, number][])('%s -> %s', async (_, lines, status) => {
    const before = harness.backend.consumptions.length;
    expect(await statusOf(harness.backend.issue(controller), lines)).toBe(status);
    expect(harness.backend.consumptions).toHaveLength(before);
    expect((await fetch(`${harness.url}/health/live`)).status).toBe(200);
  });

  it('H10 closes headers that do not end within 5 s', async () => {
    const raw = await Raw.open(harness.url);
    const startedAt = performance.now();
    raw.socket.write('GET /device/v1/session HTTP/1.1\r\nHost: gateway\r\n');
    await raw.ended();
    expect(performance.now() - startedAt).toBeLessThan(25_000);
  });
});

describe('the socket while and after it is decided', () => {
  it('H12 processes bytes that were sent along with the request', async () => {
    const raw = await Raw.open(harness.url);
    const hello = JSON.stringify([1, helloOf(controller.id)]);
    raw.socket.write(Buffer.concat([Buffer.from(upgradeText(harness.backend.issue(controller))), frameBytes(hello, { length: BigInt(hello.length) })]));
    await vi.waitFor(() => expect(raw.text).toContain('"accepted"'), quick);
    raw.socket.destroy();
  });

  it('F15 survives a reset while the ticket is asked for, and reports that session as over', async () => {
    const { backend } = harness;
    let release = (): void => undefined;
    backend.before.consume = () => new Promise((resolve) => (release = resolve));
    const raw = await Raw.open(harness.url);
    const endedBefore = backend.ended.length;
    const asked = backend.consumptions.length;
    raw.socket.write(upgradeText(backend.issue(controller)));
    await vi.waitFor(() => expect(backend.consumptions.length).toBeGreaterThan(asked), quick);
    raw.socket.resetAndDestroy();
    await raw.ended();
    backend.before = {};
    // The reset is a packet of its own; give it the way through the loopback before the answer comes.
    await fetch(`${harness.url}/health/live`);
    release();
    await vi.waitFor(() => expect(backend.ended.length).toBeGreaterThan(endedBefore), quick);
    expect((await fetch(`${harness.url}/health/live`)).status).toBe(200);
  });

  it('F15 survives a reset right after a refusal', async () => {
    for (let round = 0; round < 10; round += 1) {
      const raw = await Raw.open(harness.url);
      raw.socket.write(upgradeText(foreign()));
      raw.socket.resetAndDestroy();
    }
    expect(await statusOf(foreign())).toBe(401);
  });

  it('F15 never negotiates compression', async () => {
    const raw = await Raw.open(harness.url);
    raw.socket.write(upgradeText(harness.backend.issue(controller), { headers: { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' } }));
    expect(await raw.status()).toBe(101);
    expect(raw.text.toLowerCase()).not.toContain('extensions');
    raw.socket.destroy();
  });

  it('H13 answers 503 with Retry-After while backend is away, and lives on', async () => {
    const away = await startGateway();
    const known = away.backend.addController();
    await away.backend.stop();
    const raw = await Raw.open(away.url);
    raw.socket.write(upgradeText(away.backend.issue(known)));
    expect(await raw.status()).toBe(503);
    expect(raw.text).toMatch(/Retry-After: \d+/);
    expect((await fetch(`${away.url}/health/ready`)).status).toBe(200);
    await vi.waitFor(async () => expect((await fetch(`${away.url}/health/ready`)).status).toBe(503), quick);
    await away.close();
  });
});

describe('who speaks', () => {
  const addressOf = async (trustedProxies: string[], forwarded: string): Promise<string> => {
    const own = await startGateway({ config: { trustedProxies } });
    const asked = new Promise<string>((resolve) => (own.backend.before.issue = ({ remoteAddress }: { remoteAddress: string }) => resolve(remoteAddress)));
    await fetch(`${own.url}/device/v1/tickets`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('a:b')}`, 'content-type': 'application/json', 'x-forwarded-for': forwarded },
      body: JSON.stringify({ protocols: ['cupola.v1.json'], bootId: 'b' }),
    });
    await own.close();
    return asked;
  };

  it('H11 ignores X-Forwarded-For of strangers', async () => {
    expect(await addressOf([], '1.2.3.4')).toBe('127.0.0.1');
  });

  it('believes a declared proxy, from the right', async () => {
    expect(await addressOf(['127.0.0.1', '10.0.0.0/8'], '6.6.6.6, 1.2.3.4, 10.1.1.1')).toBe('1.2.3.4');
  });
});

it('removes secrets from the log', async () => {
  const ticket = foreign();
  await statusOf(ticket);
  await expect(Device.open(harness.url, ticket)).rejects.toThrow();
  expect(harness.log.join('')).toContain('upgrade refused');
  expect(harness.log.join('')).not.toContain(ticket);
});
