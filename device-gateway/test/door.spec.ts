import { FRAME, problem } from '@cupola/contracts';
import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { askTicket } from './ask-ticket.js';
import { Device } from './device.js';
import { type Harness, type HarnessOptions, startGateway } from './harness.js';
import { Raw, upgradeText } from './raw.js';
import { StoppedClock } from './stopped-clock.js';

const quick = { timeout: 30_000, interval: 5 };
const wrong = { capacity: 3, perSecond: 1 };
let harness: Harness;
afterEach(() => harness.close());

/** Nothing comes back into a bucket while its clock stands. */
async function start(config: HarnessOptions['config'] = {}): Promise<StoppedClock> {
  const clock = new StoppedClock();
  harness = await startGateway({ clock, config: { door: { wrong, maxInFlight: 1_000, maxArriving: 1_000 }, ...config } });
  return clock;
}

const stranger = () => ({ id: harness.backend.addController().id, secret: 'B'.repeat(43) });
async function exhaust(headers: Record<string, string> = {}): Promise<void> {
  for (let guess = 0; guess < wrong.capacity; guess += 1) expect((await askTicket(harness.url, stranger(), headers)).status).toBe(401);
}

async function upgradeStatus(ticket: string): Promise<number> {
  const raw = await Raw.open(harness.url);
  raw.socket.write(upgradeText(ticket));
  const status = await raw.status();
  raw.socket.destroy();
  return status;
}

describe('an address that is wrong again and again', () => {
  it('is refused without asking backend, with a time to come back, until its time is over', async () => {
    const clock = await start();
    await exhaust();
    const asked = vi.fn();
    harness.backend.before.issue = asked;
    const refusal = await askTicket(harness.url, stranger());
    expect(refusal.status).toBe(429);
    expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(problem.parse(await refusal.json()).code).toBe('TOO_MANY_ATTEMPTS');
    expect(asked).not.toHaveBeenCalled();
    clock.advance(1_000);
    expect((await askTicket(harness.url, stranger())).status).toBe(401);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('does not shut out the controller behind the same address that was right before', async () => {
    await start();
    const known = harness.backend.addController();
    expect((await askTicket(harness.url, known)).status).toBe(201);
    await exhaust();
    const answer = await askTicket(harness.url, known);
    expect(answer.status).toBe(201);
    const { ticket } = (await answer.json()) as { ticket: string };
    const device = await Device.open(harness.url, ticket);
    expect((await device.welcomed(known.id)).status).toBe('accepted');
    expect((await askTicket(harness.url, harness.backend.addController())).status).toBe(429);
  });

  it('counts made-up tickets and claim codes too', async () => {
    await start();
    const foreign = () => randomBytes(32).toString('base64url');
    expect(await upgradeStatus(foreign())).toBe(401);
    const claim = { slot: 'K7Q2', claimCode: 'BBBBBBBB', serial: 'SN' };
    const enrol = () => fetch(`${harness.url}/device/v1/enrol`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(claim) });
    expect((await enrol()).status).toBe(401);
    expect(await upgradeStatus(foreign())).toBe(401);
    expect(await upgradeStatus(foreign())).toBe(429);
    expect((await enrol()).status).toBe(429);
  });

  it('cannot name itself by X-Forwarded-For, and behind a declared proxy harms nobody else', async () => {
    await start();
    await exhaust();
    expect((await askTicket(harness.url, stranger(), { 'x-forwarded-for': '10.9.9.9' })).status).toBe(429);
    await harness.close();
    await start({ trustedProxies: ['127.0.0.1'] });
    await exhaust({ 'x-forwarded-for': '10.9.9.9' });
    expect((await askTicket(harness.url, stranger(), { 'x-forwarded-for': '10.9.9.9' })).status).toBe(429);
    expect((await askTicket(harness.url, harness.backend.addController(), { 'x-forwarded-for': '10.8.8.8' })).status).toBe(201);
  });
});

it('lets only so many wait for backend at a time', async () => {
  await start({ door: { wrong, maxInFlight: 2, maxArriving: 1_000 } });
  const releases: (() => void)[] = [];
  harness.backend.before.issue = () => new Promise((resolve) => void releases.push(resolve));
  const waiting = [askTicket(harness.url, harness.backend.addController()), askTicket(harness.url, harness.backend.addController())];
  await vi.waitFor(() => expect(releases).toHaveLength(2), quick);
  const refusal = await askTicket(harness.url, harness.backend.addController());
  expect(refusal.status).toBe(503);
  expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  for (const release of releases) release();
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([201, 201]);
});

it('lets nobody begin to come in while too many are on their way, and who has a ticket finish', async () => {
  await start({ door: { wrong, maxInFlight: 1_000, maxArriving: 1 } });
  const [first, second, third] = [harness.backend.addController(), harness.backend.addController(), harness.backend.addController()];
  const ticket = harness.backend.issue(second, 'session');
  const releases: (() => void)[] = [];
  harness.backend.before.hello = () => new Promise((resolve) => void releases.push(resolve));
  const arriving = await Device.open(harness.url, harness.backend.issue(first, 'session'));
  arriving.hello(first.id);
  await vi.waitFor(() => expect(releases).toHaveLength(1), quick);
  expect((await askTicket(harness.url, third)).status).toBe(503);
  expect(await upgradeStatus(ticket)).toBe(101);
  for (const release of releases) release();
  await arriving.next(FRAME.welcome);
  expect((await askTicket(harness.url, third)).status).toBe(201);
});
