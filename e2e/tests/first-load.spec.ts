import { readFile } from 'node:fs/promises';
import { brotliCompressSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { logIn, productUrl } from '../product/scene.js';

const LIMIT_BYTES = 250_000;
const NGINX_HEADERS = new URL('../../deploy/nginx/console-headers.conf', import.meta.url);

test('all script of the first load, from the login to the overview, is below 250 kB compressed', async ({ page }) => {
  const sizes = new Map<string, Promise<number>>();
  page.on('response', (response) => {
    if (response.url().endsWith('.js')) sizes.set(new URL(response.url()).pathname, response.body().then((body) => brotliCompressSync(body).length));
  });
  await logIn(page, 'operator');
  await page.getByRole('heading').first().waitFor();
  await page.waitForLoadState('networkidle');
  const total = (await Promise.all(sizes.values())).reduce((sum, size) => sum + size, 0);
  console.log(`First load: ${sizes.size} scripts, ${Math.round(total / 1000)} kB compressed`);
  // What the page itself names has to be among what was counted.
  const named = [...(await (await fetch(productUrl())).text()).matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, file]) => `/${file}`);
  expect(named.length).toBeGreaterThan(0);
  expect([...sizes.keys()]).toEqual(expect.arrayContaining(named));
  expect(total).toBeLessThan(LIMIT_BYTES);
});

test('the page has no script or style of its own, and its policy allows none', async () => {
  const response = await fetch(productUrl());
  const html = await response.text();
  expect(html.match(/<script(?![^>]* src=)[^>]*>|<style|\son\w+=|\sstyle=|javascript:/g)).toBeNull();
  const policy = directives(response.headers.get('content-security-policy'));
  const nonce = /<cp-root ngCspNonce="([^"]+)"/.exec(html)?.[1];
  expect(nonce).toMatch(/^[\w+/]{22}==$/);
  expect(policy).toMatchObject({ 'default-src': ["'self'"], 'script-src': ["'self'"], 'script-src-attr': ["'none'"], 'style-src': ["'self'", `'nonce-${nonce}'`] });
  expect(JSON.stringify(policy)).not.toMatch(/unsafe|\*|https?:/);
});

test('nginx gives the console the headers that backend gives it', async () => {
  const { headers } = await fetch(productUrl());
  const [nonce = ''] = /nonce-[^']+/.exec(headers.get('content-security-policy') ?? '') ?? [];
  const ofNginx = [...(await readFile(NGINX_HEADERS, 'utf8')).matchAll(/^add_header (\S+) "?([^"\n]+?)"? always;$/gm)].map(([, name = '', value = '']) => [
    name.toLowerCase(),
    // Both appear over TLS alone, which this product does not speak.
    value.replace('$upgrade_insecure', '').replace('$transport_security', '').replace('nonce-$request_id', nonce),
  ]);
  const ofBackend = [...headers].filter(([name]) => !['cache-control', 'connection', 'content-length', 'content-type', 'date', 'keep-alive', 'x-correlation-id'].includes(name));
  expect(Object.fromEntries(ofNginx.filter(([, value]) => value !== ''))).toEqual(Object.fromEntries(ofBackend));
});

function directives(policy: string | null): Record<string, string[]> {
  return Object.fromEntries((policy ?? '').split(';').map((directive) => directive.trim().split(/\s+/)).map(([name = '', ...values]) => [name, values]));
}
