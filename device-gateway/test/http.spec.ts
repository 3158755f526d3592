import { enrolResponse, pointListResponse, problem, ticketResponse } from '@cupola/contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Harness } from './harness.js';
import { startGateway } from './harness.js';
import type { ScriptedController } from './scripted-backend.js';

let harness: Harness;
let controller: ScriptedController;
beforeAll(async () => {
  harness = await startGateway({ config: { publicUrl: 'https://devices.example.org' } });
  controller = harness.backend.addController();
});
afterAll(() => harness.close());

const send = (method: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${harness.url}${path}`, { method, headers: { 'content-type': 'application/json', ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body) });
const basic = (id: string, secret: string) => ({ authorization: `Basic ${btoa(`${id}:${secret}`)}` });
const asked = { protocols: ['cupola.v1.json'], bootId: 'boot' };

describe('enrolment', () => {
  it('gives device id and secret once, not to be cached', async () => {
    const response = await send('POST', '/device/v1/enrol', { slot: 'K7Q2', claimCode: 'BCDFGHJK', serial: 'SN-1' });
    expect(response.status).toBe(201);
    expect(response.headers.get('cache-control')).toBe('no-store');
    enrolResponse.parse(await response.json());
  });

  it('passes the refusal on', async () => {
    const response = await send('POST', '/device/v1/enrol', { slot: 'K7Q2', claimCode: 'XXXXXXXX', serial: 'SN-1' });
    expect(response.status).toBe(401);
    expect(problem.parse(await response.json()).code).toBe('CLAIM_REFUSED');
  });

  it('names what is wrong with a body, never its value', async () => {
    const response = await send('POST', '/device/v1/enrol', { slot: 'K7Q2', claimCode: 12345678, serial: 'SN-1', admin: true });
    expect(response.status).toBe(422);
    const body = problem.parse(await response.json());
    expect(body.errors?.map(({ path }) => path)).toContain('claimCode');
    expect(JSON.stringify(body)).not.toContain('12345678');
  });
});

describe('tickets', () => {
  it('carry the configured address, not the one of the Host header', async () => {
    const response = await send('POST', '/device/v1/tickets', asked, { ...basic(controller.id, controller.secret), 'x-forwarded-host': 'evil.example.org' });
    expect(response.status).toBe(201);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(ticketResponse.parse(await response.json()).url).toBe('wss://devices.example.org/device/v1/session');
  });

  it.each([
    ['a wrong secret', basic('nobody', 'x'), 401],
    ['no Authorization', {}, 401],
    ['a Bearer token', { authorization: 'Bearer abc' }, 401],
    ['Basic without a colon', { authorization: `Basic ${btoa('abc')}` }, 401],
    ['Basic that is not base64', { authorization: 'Basic ***' }, 401],
    ['a cookie', { cookie: 'session=1' }, 400],
  ])('%s -> %s', async (_, headers, status) => {
    const given = 'cookie' in headers ? { ...basic(controller.id, controller.secret), ...headers } : headers;
    const response = await send('POST', '/device/v1/tickets', asked, given as Record<string, string>);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    if (status === 401) expect(response.headers.get('www-authenticate')).toContain('Basic');
  });
});

describe('point lists', () => {
  const points = (count: number) => Array.from({ length: count }, (_, alias) => ({ alias, key: `point ${alias}`, kind: 'analog' as const }));
  const put = (body: unknown, ticket = harness.backend.issue(controller, 'points')) => send('PUT', '/device/v1/points', body, { authorization: `Ticket ${ticket}` });

  it('of 2,500 points travel in parts of at most 1,000', async () => {
    harness.backend.pointParts.length = 0;
    const response = await put({ points: points(2500) });
    expect(response.status).toBe(200);
    expect(pointListResponse.parse(await response.json()).accepted).toBe(2500);
    expect(harness.backend.pointParts.map(({ part, parts, points: list }) => [part, parts, list.length])).toEqual([
      [0, 3, 1000],
      [1, 3, 1000],
      [2, 3, 500],
    ]);
  });

  it('with long lists of states travel in parts of half a megabyte', async () => {
    harness.backend.pointParts.length = 0;
    const states = Array.from({ length: 100 }, (_, code) => ({ code, key: `s${code}`, label: 'x'.repeat(120), isNormal: false, isAlarm: false }));
    expect((await put({ points: points(100).map((point) => ({ ...point, kind: 'multistate', states })) })).status).toBe(200);
    expect(harness.backend.pointParts.length).toBeGreaterThan(2);
    expect(harness.backend.pointParts.every(({ points: list }) => JSON.stringify(list).length < 600_000)).toBe(true);
  });

  it('A7 of 10,000 points is taken, of one more it is refused whole', async () => {
    expect((await put({ points: points(10_000) })).status).toBe(200);
    const before = harness.backend.pointParts.length;
    expect((await put({ points: points(10_001) })).status).toBe(422);
    expect(harness.backend.pointParts).toHaveLength(before);
  });

  it('may be empty', async () => {
    expect((await put({ points: [] })).status).toBe(200);
  });

  it('ask backend at once whether a session waited for them', async () => {
    const own = await startGateway({ config: { renewEveryMs: 3_600_000 } });
    expect(own.backend.renewals).toHaveLength(1);
    const ticket = own.backend.issue(own.backend.addController(), 'points');
    await fetch(`${own.url}/device/v1/points`, { method: 'PUT', headers: { authorization: `Ticket ${ticket}`, 'content-type': 'application/json' }, body: '{"points":[]}' });
    await vi.waitFor(() => expect(own.backend.renewals).toHaveLength(2), { timeout: 30_000, interval: 5 });
    await own.close();
  });

  it.each([
    ['a session ticket', () => harness.backend.issue(controller), 401],
    ['no ticket', () => '', 401],
  ])('%s -> %s', async (_, ticket, status) => {
    expect((await put({ points: [] }, ticket())).status).toBe(status);
  });

  it.each([
    ['5 MiB', () => JSON.stringify({ points: [], x: 'x'.repeat(5 * 1024 * 1024) }), 413],
    ['not JSON', () => '{"points":', 400],
    ['invalid UTF-8', () => '{"points":[]}\xff', 400],
    ['a wrong point', () => JSON.stringify({ points: [{ alias: -1, key: '', kind: 'magic' }] }), 422],
  ])('%s -> %s', async (name, body, status) => {
    const ticket = harness.backend.issue(controller, 'points');
    const response = await fetch(`${harness.url}/device/v1/points`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', authorization: `Ticket ${ticket}` },
      body: name === 'invalid UTF-8' ? Buffer.from(body(), 'latin1') : body(),
    });
    expect(response.status).toBe(status);
    problem.parse(await response.json());
  });
});

describe('documents', () => {
  const REF = '5b1f0c7e-2a4d-4c6b-9e8f-0a1b2c3d4e5f';
  const TEXT = '{"rev":41,"points":[{"key":"zone \u00e4"}]}';
  const fetchOne = (ref: string, headers: Record<string, string>) => fetch(`${harness.url}/device/v1/documents/${ref}`, { headers });
  const bearing = (ticket: string) => ({ authorization: `Ticket ${ticket}` });
  const ticketFor = async (ref?: string, audience = 'document') => send('POST', '/device/v1/tickets', { ...asked, audience, ref }, basic(controller.id, controller.secret));
  const issue = (ref = REF) => harness.backend.issue(controller, 'document', ref);

  it('are given byte for byte, not to be cached, with a ticket that was asked for with their ref', async () => {
    harness.backend.documents.set(REF, TEXT);
    const { ticket } = ticketResponse.parse(await (await ticketFor(REF)).json());
    const response = await fetchOne(REF, bearing(ticket));
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from(TEXT));
  });

  it('need a ref in the question for their ticket, and no other ticket has one', async () => {
    expect((await ticketFor()).status).toBe(422);
    expect((await ticketFor('not a uuid')).status).toBe(422);
    expect((await ticketFor(REF, 'session')).status).toBe(422);
  });

  it.each([
    ['no ticket', () => ({}), REF, 401],
    ['a ticket that was used', () => {
      const ticket = issue();
      const known = harness.backend.tickets.get(ticket);
      if (known !== undefined) known.isConsumed = true;
      return bearing(ticket);
    }, REF, 401],
    ['a ticket of another document', () => bearing(issue('6b1f0c7e-2a4d-4c6b-9e8f-0a1b2c3d4e5f')), REF, 401],
    ['a session ticket', () => bearing(harness.backend.issue(controller)), REF, 401],
    ['the device secret', () => basic(controller.id, controller.secret), REF, 401],
    ['a ref that is none', () => bearing(issue()), 'x', 404],
    ['a ref that climbs', () => bearing(issue()), '..%2f..%2fetc%2fpasswd', 404],
    ['broken escapes', () => bearing(issue()), '%ZZ', 400],
  ])('H14 %s -> refused', async (_, headers, ref, status) => {
    harness.backend.documents.set(REF, TEXT);
    const response = await fetchOne(ref, headers());
    expect(response.status).toBe(status);
    problem.parse(await response.json());
    expect(harness.backend.documents.has(REF)).toBe(true);
  });

  it('H15 fetched twenty times in parallel are given once', async () => {
    harness.backend.documents.set(REF, TEXT);
    const ticket = issue();
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetchOne(REF, bearing(ticket))));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('are not asked for with a ticket in the address: it is void from then on', async () => {
    const ticket = issue();
    expect((await fetchOne(`${REF}?ticket=${ticket}`, {})).status).toBe(400);
    expect(harness.backend.burnt).toContain(ticket);
  });
});

describe('everything else', () => {
  it.each([
    ['GET', '/device/v1/session', 400],
    ['GET', '/device/v1/tickets', 404],
    ['GET', '/', 404],
    ['GET', '/%ZZ', 404],
  ])('%s %s -> %i', async (method, path, status) => {
    const response = await fetch(`${harness.url}${path}`, { method });
    expect(response.status).toBe(status);
    problem.parse(await response.json());
  });

  it('a large body where small ones are expected -> 413', async () => {
    const response = await send('POST', '/device/v1/enrol', { slot: 'x'.repeat(20_000) });
    expect(response.status).toBe(413);
  });

  it('is alive and ready, and shows metrics', async () => {
    expect((await fetch(`${harness.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${harness.url}/health/ready`)).status).toBe(200);
    expect(await (await fetch(`${harness.url}/metrics`)).text()).toContain('# TYPE cupola_gateway_ingest_seconds histogram');
  });
});

it('keeps secrets out of the log', async () => {
  expect(harness.log.join('')).not.toContain(controller.secret);
  expect(harness.log.join('')).not.toContain('BCDFGHJK');
});
