import type { Controller, ControllerOptions } from '@cupola/device-client';
import { createController, memoryCredentials, memoryStream, sqliteStore } from '@cupola/device-client';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Harness } from './harness.js';
import { startGateway } from './harness.js';
import type { ScriptedController } from './scripted-backend.js';

const quick = { timeout: 30_000, interval: 10 };
let harness: Harness;
let running: Controller[];
beforeEach(async () => {
  running = [];
  harness = await startGateway({ config: { shutdown: { drainWithinMs: 1000, spreadMs: 50, returnsPerSecond: 600, closeWithinMs: 500 } } });
});
afterEach(async () => {
  await Promise.all(running.map((each) => each.stop()));
  await harness.close();
});

async function start(known: ScriptedController, options: Partial<ControllerOptions> = {}): Promise<Controller> {
  const controller = createController({
    gateway: harness.url,
    credentials: memoryCredentials({ deviceId: known.id, secret: known.secret }),
    points: [
      { key: 'temperature', kind: 'analog' },
      { key: 'setpoint', kind: 'analog', writable: true, relinquishDefault: 21 },
    ],
    onWrite: () => Promise.resolve(),
    ...options,
  });
  running.push(controller);
  await controller.start();
  return controller;
}

/** What was stored of the first point, in order. */
const stored = () => harness.backend.frames.flatMap(({ rows }) => rows).filter(([channel]) => channel === 1000).map(([, , , value]) => value);

describe('the controller of libs/device-client at this gateway', () => {
  it('comes online, has its samples acknowledged, and reports its arrays', async () => {
    const controller = await start(harness.backend.addController());
    await vi.waitFor(() => expect(controller.state.link).toBe('online'), quick);
    for (let value = 0; value < 100; value += 1) controller.report('temperature', value);
    await vi.waitFor(() => expect(stored()).toEqual(Array.from({ length: 100 }, (_, value) => value)), quick);
    await vi.waitFor(() => expect(controller.unacknowledged).toBe(0), quick);
    await vi.waitFor(() => expect(harness.backend.slotReports).not.toEqual([]), quick);
  });

  it('carries out a command and answers what it did', async () => {
    const known = harness.backend.addController();
    const controller = await start(known);
    await vi.waitFor(() => expect(controller.state.link).toBe('online'), quick);
    const { gatewayId, ...ref } = known.current!;
    const operations = [{ operation: 'write', level: 8, value: 23, commandId: '0190b6c2-7e1d-7a3b-8c4d-5e6f7a8b9c0d', remainingMs: 60_000 }];
    const call = { ...ref, action: 'slot.apply', payload: { key: 'setpoint', operations }, key: 'k', deliverBy: Date.now() + 60_000 };
    expect(await harness.bus.request('gateway.<gatewayId>.call', call, { to: gatewayId })).toMatchObject({
      outcome: 'result',
      payload: { presentValue: 23, winner: 8 },
    });
  });

  it('waits while it is pending, and goes online when it is confirmed', async () => {
    const { backend } = harness;
    const known = backend.addController({ status: 'pending' });
    const controller = await start(known);
    controller.report('temperature', 1);
    await vi.waitFor(() => expect(controller.state.link).toBe('pending'), quick);
    known.status = 'active';
    backend.renewReply.accepted.push(known.current!);
    await vi.waitFor(() => expect(controller.state.link).toBe('online'), quick);
    await vi.waitFor(() => expect(stored()).toEqual([1]), quick);
  });

  it('puts a long list when it is wanted, and loses no sample of it', async () => {
    const points = Array.from({ length: 1500 }, (_, index) => ({ key: `point with a long name ${index}`, kind: 'analog' as const }));
    const controller = await start(harness.backend.addController(), { points });
    for (const { key } of points) controller.report(key, 1);
    await vi.waitFor(() => expect(harness.backend.frames.flatMap(({ rows }) => rows)).toHaveLength(1500), quick);
    expect(harness.backend.hellos[0]?.hello.points).toEqual(expect.any(String));
    const channels = new Set(harness.backend.frames.flatMap(({ rows }) => rows.map(([channel]) => channel)));
    expect(channels.size).toBe(1500);
  });

  it('sends an event ahead of the samples that wait, and says what its store had to drop', async () => {
    const live = memoryStream({ maxFrames: 2 });
    for (let value = 1; value <= 5; value += 1) live.append({ lane: 0, rows: [['temperature', value, 0, Date.now()]] });
    const controller = await start(harness.backend.addController(), { streams: { live } });
    controller.reportEvent('temperature', 99);
    await vi.waitFor(() => expect(controller.unacknowledged).toBe(0), quick);
    expect(stored().toSorted((a, b) => Number(a) - Number(b))).toEqual([4, 5, 99]);
    expect(harness.backend.batches[0]).toMatchObject({ isUrgent: true });
    await vi.waitFor(() => expect(live.losses?.()).toEqual([]), quick);
    expect(harness.backend.losses).toContainEqual(expect.objectContaining({ streamId: live.id, from: 1, to: 3 }));
  });

  it('dates the samples of a controller without a clock', async () => {
    const before = Date.now();
    const controller = await start(harness.backend.addController(), { clockSource: 'none' });
    controller.report('temperature', 1);
    await vi.waitFor(() => expect(stored()).toEqual([1]), quick);
    const [row] = harness.backend.frames.flatMap(({ rows }) => rows);
    expect(row?.[1]).toBeGreaterThanOrEqual(before - 1000);
    expect(row?.[1]).toBeLessThanOrEqual(Date.now() + 1000);
  });

  it('loses nothing over a restart with its store on disk', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cupola-gateway-'));
    const known = harness.backend.addController();
    const first = sqliteStore(join(folder, 'samples.db'));
    const before = await start(known, { streams: first });
    await vi.waitFor(() => expect(before.state.link).toBe('online'), quick);
    await harness.backend.stop();
    for (let value = 0; value < 5; value += 1) before.report('temperature', value);
    await before.stop();
    first.close();
    await harness.backend.start();
    const second = sqliteStore(join(folder, 'samples.db'));
    const after = await start(known, { streams: second });
    await vi.waitFor(() => expect(stored()).toEqual([0, 1, 2, 3, 4]), quick);
    await vi.waitFor(() => expect(after.unacknowledged).toBe(0), quick);
    await after.stop();
    second.close();
    await rm(folder, { recursive: true });
  });

  it.each([
    ['in the answer', false],
    ['in a document that NOTIFY announces', true],
  ])('gets back %s what is intended in its slots when its arrays did not survive, before it reports them', async (_, announces) => {
    harness.backend.announces = announces;
    const slots = [{ level: 8 as const, value: 23, commandId: '0190b6c2-7e1d-7a3b-8c4d-5e6f7a8b9c0d', remainingMs: 600_000 }];
    harness.backend.slotSet = { rev: 41, points: [{ key: 'setpoint', slots }] };
    const controller = await start(harness.backend.addController());
    await vi.waitFor(() => expect(harness.backend.slotReports).not.toEqual([]), quick);
    expect(harness.backend.slotReports[0]?.payload.points).toMatchObject([{ key: 'setpoint', presentValue: 23, slots: [{ commandId: slots[0]?.commandId }] }]);
    expect(controller.hosted[0]?.slots[0]?.remainingMs).toBeLessThanOrEqual(600_000);
  });

  it('buffers while backend is away', async () => {
    const controller = await start(harness.backend.addController());
    await vi.waitFor(() => expect(controller.state.link).toBe('online'), quick);
    await harness.backend.stop();
    for (let value = 0; value < 50; value += 1) controller.report('temperature', value);
    await vi.waitFor(() => expect(controller.unacknowledged).toBeGreaterThan(0), quick);
    await harness.backend.start();
    await vi.waitFor(() => expect(controller.unacknowledged).toBe(0), quick);
    expect(stored()).toHaveLength(50);
  });

  it('comes back after a restart of the gateway, with everything stored once', async () => {
    const { port } = new URL(harness.url);
    const known = harness.backend.addController();
    const controller = await start(known);
    await vi.waitFor(() => expect(controller.state.link).toBe('online'), quick);
    controller.report('temperature', 1);
    await vi.waitFor(() => expect(stored()).toEqual([1]), quick);
    await harness.gateway.close();
    controller.report('temperature', 2);
    const next = await startGateway({ bus: harness.bus, backend: harness.backend, config: { port: Number(port) } });
    await vi.waitFor(() => expect(controller.state.link).toBe('online'), { timeout: 30_000, interval: 20 });
    await vi.waitFor(() => expect(stored()).toEqual([1, 2]), quick);
    await vi.waitFor(() => expect(controller.unacknowledged).toBe(0), quick);
    await controller.stop();
    await next.close();
  });
});
