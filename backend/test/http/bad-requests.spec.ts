import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend, type TestBackend } from '../harness.js';

let backend: TestBackend;
beforeAll(async () => {
  backend = await startBackend();
});
afterAll(() => backend.close());

const LOGIN = '/api/v1/auth/login';

/** Sends bytes that `fetch` would not, and reads the answer's head and problem. */
function sendRaw(head: string, body: Buffer): Promise<string> {
  const { hostname, port } = new URL(backend.url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.end(Buffer.concat([Buffer.from(`${head}\r\nConnection: close\r\n\r\n`), body])));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
}

const post = (body: Buffer, type = 'application/json') =>
  sendRaw(`POST ${LOGIN} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}`, body);

describe('a request that cannot be read', () => {
  it.each([
    ['broken JSON', '{"username": ', 400, 'MALFORMED_REQUEST'],
    ['JSON of another kind', '[1, 2]', 422, 'VALIDATION_FAILED'],
    ['a bare null', 'null', 422, 'VALIDATION_FAILED'],
    ['nothing', '', 422, 'VALIDATION_FAILED'],
    ['a prototype', '{"__proto__": {"username": "admin"}, "password": "x"}', 422, 'VALIDATION_FAILED'],
    ['control characters', JSON.stringify({ username: 'ad\u0000min', password: 'x' }), 422, 'VALIDATION_FAILED'],
    ['more than a megabyte', JSON.stringify({ username: 'x'.repeat(1_100_000), password: 'x' }), 413, 'PAYLOAD_TOO_LARGE'],
  ])('%s is said so', async (_name, body, status, code) => {
    const answer = await backend.anonymous().send('POST', LOGIN, body);
    expect(answer).toMatchObject({ status, body: { code, status } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body.correlationId).toBe(answer.headers.get('x-correlation-id'));
  });

  it('that is no UTF-8 is refused, not repaired', async () => {
    const answer = await post(Buffer.from([...Buffer.from('{"username":"adm'), 0xff, 0xfe, ...Buffer.from('in","password":"x"}')]));
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('The body is not valid UTF-8.');
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json; charset=latin1'])('as %s is refused by its type', async (type) => {
    expect(await post(Buffer.from('username=admin&password=x'), type)).toMatch(/^HTTP\/1\.1 415 [^]*UNSUPPORTED_MEDIA_TYPE/);
  });

  it('with a broken escape in its address is refused', async () => {
    const answer = await sendRaw('GET /api/v1/users/%E0%A4%A HTTP/1.1\r\nHost: x', Buffer.alloc(0));
    expect(answer).toMatch(/^HTTP\/1\.1 40[014] /);
    expect(answer).toContain('application/problem+json');
  });

  it('for what does not exist is 404, with or without a token, never the console', async () => {
    for (const path of ['/api/v1/nothing', '/api/v2/users', '/nothing.js', '/health/nothing', '/api']) {
      expect(await backend.anonymous().get(path), path).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    }
    expect((await backend.admin.get('/api/v1/users/42')).body.code).toBe('NOT_FOUND');
  });

  it('with a wrong query names the field', async () => {
    const answer = await backend.admin.get('/api/v1/users?limit=lots');
    expect(answer).toMatchObject({ status: 422, body: { code: 'VALIDATION_FAILED', errors: [{ path: 'limit' }] } });
  });

  it('with megabytes of Turtle from a stranger is refused before they are read', async () => {
    const answer = await backend.anonymous().send('POST', '/api/v1/imports?site=x', 'x'.repeat(100_000), { 'content-type': 'text/turtle' });
    expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
  });
});

describe('every answer', () => {
  it('forbids scripts and frames from elsewhere', async () => {
    const { headers } = await backend.anonymous().get('/health/live');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('strict-transport-security')).toBeNull();
  });

  it('of a building or an account is kept nowhere', async () => {
    for (const path of ['/api/v1/users', '/api/v1/auth/me', '/api/v1/sites', '/api/v1/nothing']) {
      const { headers } = await backend.admin.get(path);
      expect([headers.get('cache-control'), headers.get('etag')], path).toEqual(['no-store', null]);
    }
  });

  it('carries the caller\'s own correlation id when it is a harmless one', async () => {
    const own = await backend.anonymous().send('GET', '/health/live', undefined, { 'x-correlation-id': 'replay-2026-11-23' });
    expect(own.headers.get('x-correlation-id')).toBe('replay-2026-11-23');
    const odd = await backend.anonymous().send('GET', '/health/live', undefined, { 'x-correlation-id': '<script>' });
    expect(odd.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('grants no other origin anything', async () => {
    const answer = await backend.anonymous().send('OPTIONS', '/api/v1/users', undefined, { origin: 'https://evil.example', 'access-control-request-method': 'GET' });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('figures', () => {
  it('are counted by the route\'s pattern, so that ids make no new series', async () => {
    await backend.admin.get('/api/v1/users/00000000-0000-4000-8000-000000000000');
    const { body, headers } = await backend.anonymous().get<string>('/metrics');
    expect(headers.get('content-type')).toContain('text/plain');
    expect(body).toMatch(/cupola_http_request_seconds_count\{method="GET",route="\/api\/v1\/users\/:id",status="404"\} \d/);
    expect(body).toContain('process_cpu_seconds_total');
    expect(body).not.toContain('00000000-0000-4000');
  });
});
