import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend, type TestBackend } from '../harness.js';

const PAGE = '<!doctype html><html><head><link rel="stylesheet" href="styles-ABCDEF12.css"></head><body><cp-root></cp-root></body></html>';
let directory: string;
let backend: TestBackend;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cupola-console-'));
  await mkdir(join(directory, 'media'));
  await writeFile(join(directory, 'index.html'), PAGE);
  await writeFile(join(directory, 'main-ABCDEF12.js'), 'console.log(1)');
  await writeFile(join(directory, 'chunk-B_zI-o6e.js'), 'console.log(2)');
  await writeFile(join(directory, 'media', 'plex-sans-5HPZ3CAY.woff2'), 'x');
  await writeFile(join(directory, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(directory, '.secret'), 'x');
  backend = await startBackend({ env: { CUPOLA_CONSOLE_DIR: directory } });
});
afterAll(async () => {
  await backend.close();
  await rm(directory, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = { accept: 'text/html' }) => backend.anonymous().send<string>('GET', path, undefined, headers);

describe('the console', () => {
  it.each(['/', '/index.html', '/floors/42', '/login?next=%2Fpoints', '/points/a.b/c'])('is its one page at %s', async (path) => {
    const { status, body, headers } = await get(path);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('text/html');
    expect(headers.get('cache-control')).toBe('no-store');
    const nonce = /<cp-root ngCspNonce="([\w+/=]+)">/.exec(body)?.[1] ?? 'none';
    expect(headers.get('content-security-policy')).toContain(`style-src 'self' 'nonce-${nonce}'`);
  });

  it('has another nonce each time', async () => {
    expect((await get('/')).body).not.toBe((await get('/')).body);
  });

  it('keeps files that are named by their content, and asks again for the others', async () => {
    for (const path of ['/main-ABCDEF12.js', '/chunk-B_zI-o6e.js', '/media/plex-sans-5HPZ3CAY.woff2']) {
      expect((await get(path)).headers.get('cache-control'), path).toBe('public, max-age=31536000, immutable');
    }
    expect((await get('/favicon.svg')).headers.get('cache-control')).toBe('no-cache');
  });

  it.each(['/main-00000000.js', '/.secret', '/../package.json', '/..%2f..%2fetc%2fpasswd', '/media', '/api/v1/nothing', '/api/', '/live/x', '/metrics/x', '/device/v1/session'])(
    'is not served instead of %s',
    async (path) => {
      const { status, body } = await get(path);
      if (path === '/media' || path.startsWith('/..')) expect(String(body)).not.toContain('"name"');
      // The socket's own address answers in its own way.
      else expect({ path, status }).toEqual({ path, status: path.startsWith('/live/') ? 400 : 404 });
    },
  );

  it('is not the answer to a program that asks for data', async () => {
    expect((await get('/floors/42', { accept: 'application/json' })).status).toBe(404);
  });

  it('says that it has not been built, instead of breaking', async () => {
    await rm(join(directory, 'index.html'));
    expect((await get('/')).status).toBe(404);
    await writeFile(join(directory, 'index.html'), PAGE);
  });
});
