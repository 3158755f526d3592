import { FRAME } from '@cupola/contracts';
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Device } from './device.js';
import { type Harness, type HarnessOptions, startGateway } from './harness.js';
import { StoppedClock } from './stopped-clock.js';

const quick = { timeout: 30_000, interval: 5 };
const rows = (count: number) => Array.from({ length: count }, () => [0, 1, 0, 0]);
const flow = { samples: { capacity: 100_000, perSecond: 5_000 }, events: { capacity: 5_000, perSecond: 500 }, pace: { capacity: 100, perSecond: 10 } };
let harness: Harness;
let clock: StoppedClock;
afterEach(() => harness.close());

async function start(gatewayFlow: NonNullable<HarnessOptions['config']>['gatewayFlow']): Promise<void> {
  clock = new StoppedClock();
  harness = await startGateway({ clock, config: { session: { flow }, ...(gatewayFlow === undefined ? {} : { gatewayFlow }) } });
}

const creditsOf = (device: Device) => device.all(FRAME.ack).at(-1)?.[3];

describe('a site that floods', () => {
  it('takes the credits of its busy controllers; quiet ones, events and other sites go on', async () => {
    await start({ site: { capacity: 500, perSecond: 100 }, maxKeptBytes: 1e9 });
    const siteId = randomUUID();
    const { device: busy } = await harness.online({ siteId });
    const { device: quiet } = await harness.online({ siteId });
    const { device: elsewhere } = await harness.online();
    busy.data(1, rows(900));
    expect((await vi.waitFor(() => busy.all(FRAME.ack).find(([, , , credits]) => credits === 0) ?? Promise.reject(new Error('granted')), quick))[1]).toBe('live');
    for (const device of [quiet, elsewhere]) device.data(1, rows(5));
    await vi.waitFor(() => expect(harness.backend.frames).toHaveLength(3), quick);
    clock.advance(200);
    await Promise.all([quiet, elsewhere].map(async (device) => expect((await device.next(FRAME.ack))[3]).toBe(64)));
    // The debt of 410 rows comes back at a hundred a second.
    clock.advance(5_000);
    await vi.waitFor(() => expect(creditsOf(busy)).toBe(64), quick);
    expect([busy, quiet, elsewhere].every(({ isOpen }) => isOpen)).toBe(true);
  });
});

describe('a store that does not answer', () => {
  it('leaves the gateway with bounded memory: busy controllers get no more credits, and it shows in the metrics', async () => {
    await start({ site: { capacity: 1e6, perSecond: 1e6 }, maxKeptBytes: 20_000 });
    const releases: (() => void)[] = [];
    harness.backend.before.ingest = () => new Promise((resolve) => void releases.push(resolve));
    const { device } = await harness.online();
    for (let seq = 1; seq <= 3; seq += 1) device.data(seq, rows(1_000));
    await vi.waitFor(() => expect(creditsOf(device)).toBe(0), quick);
    const kept = async () => Number(/cupola_gateway_kept_bytes (\d+)/.exec(await (await fetch(`${harness.url}/metrics`)).text())?.[1]);
    expect(await kept()).toBeGreaterThan(20_000);
    harness.backend.before = {};
    for (const release of releases) release();
    await vi.waitFor(() => expect(harness.backend.frames.length).toBeGreaterThan(0), quick);
    await vi.waitFor(async () => expect(await kept()).toBe(0), quick);
    clock.advance(1_000);
    await vi.waitFor(() => expect(creditsOf(device)).toBe(64), quick);
  });
});
