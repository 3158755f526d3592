import { chmod, glob, mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LIVE_PATH } from '@cupola/contracts';
import { createDatabase, findBrowser, waitFor } from '@cupola/testing';
import pg from 'pg';
import { chromium } from 'playwright-core';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Installation, PASSWORD, PROGRAMS } from './installation.js';
import { copyOfClone } from './stage-folders.js';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const LONG_ENOUGH_MS = 900_000;

let folder: string;
let installation: Installation;
let server: { url: string; drop(): Promise<void> };

/** Every step of every image in an empty folder, then every program as its image starts it. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cupola-containers-'));
  await chmod(folder, 0o755);
  server = await createDatabase();
  await copyOfClone(PROJECT, join(folder, 'clone'));
  installation = await Installation.prepare(folder, await emptyDatabase());
  await installation.start();
}, LONG_ENOUGH_MS);

afterAll(async () => {
  await installation.stop();
  await onServer('DROP DATABASE containers WITH (FORCE)');
  await server.drop();
  await rm(folder, { recursive: true, force: true });
}, LONG_ENOUGH_MS);

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

async function emptyDatabase(): Promise<string> {
  await onServer(`CREATE DATABASE containers TEMPLATE template0 ENCODING 'UTF8'`);
  const url = new URL(server.url);
  url.pathname = '/containers';
  return url.toString();
}

async function logIn(): Promise<string> {
  const answer = await fetch(`${installation.url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: installation.url },
    body: JSON.stringify({ username: 'admin', password: PASSWORD }),
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { accessToken: string }).accessToken;
}

it('lets an integrator in through nginx: REST, and /live with a ticket', async () => {
  const token = await logIn();
  const tickets = await fetch(`${installation.url}/api/v1/auth/tickets`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  const { ticket } = (await tickets.json()) as { ticket: string };
  const options = { path: LIVE_PATH, transports: ['websocket'], reconnection: false, extraHeaders: { origin: installation.url } };
  const socket = io(installation.url, { ...options, auth: { ticket } });
  const welcome = await new Promise((resolve, reject) => {
    socket.once('welcome', resolve);
    socket.once('connect_error', reject);
  });
  socket.close();
  expect(welcome).toMatchObject({ serverTime: expect.any(Number) as number });
});

it('lets controllers through to the gateway, which knows them by ticket alone', async () => {
  expect((await fetch(`${installation.gatewayUrl}/health/ready`)).status).toBe(200);
  expect((await fetch(`${installation.gatewayUrl}/device/v1/tickets`, { method: 'POST' })).status).toBe(401);
  expect((await fetch(`${installation.gatewayUrl}/metrics`)).status).toBe(404);
});

it('serves the console with the headers that backend gives it, and nothing of the inside', async () => {
  const [page, script] = await Promise.all([fetch(installation.url), fetch(`${installation.url}/no-such-script.js`)]);
  const nonce = /<cp-root ngCspNonce="([0-9a-f]{32})"/.exec(await page.text())?.[1];
  expect(page.headers.get('content-security-policy')).toContain(`style-src 'self' 'nonce-${nonce}'`);
  expect([script.status, (await fetch(`${installation.url}/metrics`)).status]).toEqual([404, 404]);
  expect((await fetch(`${installation.url}/floors/somewhere`)).headers.get('cache-control')).toBe('no-store');
});

it('lets the demo building found itself and live, through nginx alone', async () => {
  await installation.startDemo();
  const headers = { authorization: `Bearer ${await logIn()}` };
  await waitFor(async () => {
    const answer = await fetch(`${installation.url}/api/v1/points?search=temp&limit=1000`, { headers });
    const { items } = (await answer.json()) as { items: { quality: string }[] };
    return items.some(({ quality }) => quality === 'GOOD');
  }, { timeoutMs: 300_000, intervalMs: 1000 });
});

it('runs the console in a browser without a refusal of the policy', async () => {
  const browser = await chromium.launch({ executablePath: findBrowser(), args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage({ locale: 'en-GB' });
    const problems: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())));
    await page.goto(installation.url);
    await page.getByLabel('User name').fill('admin');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.locator('cp-link-indicator', { hasText: 'Live' }).waitFor();
    // Before the login there is no session to continue, which the browser writes down as a failed request.
    expect(problems.filter((text) => !/401/.test(text))).toEqual([]);
  } finally {
    await browser.close();
  }
});

// The last: nothing runs after it.
it('has health checks that pass while a program is well, and fail when it is dead', async () => {
  for (const name of PROGRAMS) await waitFor(() => installation.isWell(name), { timeoutMs: 120_000, intervalMs: 1000 });
  for (const name of PROGRAMS.toReversed()) await installation.end(name);
  // What tells of the demo's life is how old its last word is: three minutes have passed.
  const before = new Date(Date.now() - 4 * 60_000);
  for await (const file of glob('*/house.json', { cwd: installation.demoState })) await utimes(join(installation.demoState, file), before, before);
  for (const name of PROGRAMS) expect([name, await installation.isWell(name)]).toEqual([name, false]);
});
