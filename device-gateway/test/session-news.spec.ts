import type { IngestBatch } from '@cupola/contracts';
import { FRAME } from '@cupola/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Harness } from './harness.js';
import { startGateway } from './harness.js';

const quick = { timeout: 5000, interval: 5 };
let harness: Harness;
beforeEach(async () => {
  harness = await startGateway({ config: { session: { ackAfterMs: 20, retryMinMs: 20, retryMaxMs: 100 } } });
});
afterEach(() => harness.close());

describe('events', () => {
  it('are stored and acknowledged while samples wait for a store that does not keep up', async () => {
    const { backend } = harness;
    const controller = backend.addController();
    const socket = await harness.connect(controller);
    await socket.welcomed(controller.id, { streams: ['live', 'events'].map((id) => ({ id, oldest: 1, next: 1 })) });
    let commit = (): void => undefined;
    backend.before.ingest = ({ isUrgent }: IngestBatch) => (isUrgent === true ? undefined : new Promise((resolve) => (commit = resolve)));
    socket.data(1, [[0, 1, 0, 0]]);
    socket.send([FRAME.event, 'events', 1, 0, Date.now(), [[1, 1, 0, 0]]]);
    await vi.waitFor(() => expect(socket.all(FRAME.ack)).toEqual([[FRAME.ack, 'events', 1, 64]]), quick);
    commit();
    await vi.waitFor(() => expect(socket.all(FRAME.ack).at(-1)).toEqual([FRAME.ack, 'live', 1, 64]), quick);
  });
});

describe('what a controller tells of itself', () => {
  const options = () => ({ ttlMs: 60_000, key: 'k', sentAt: Date.now() });

  it('losses: recorded before the answer, and passed over', async () => {
    const { device } = await harness.online();
    device.send([FRAME.call, 'd1', 'loss.report', { losses: [{ streamId: 'live', carries: 'live', from: 1, to: 20, rows: 400, oldest: null, newest: null }] }, options()]);
    expect((await device.next(FRAME.result))[1]).toBe('d1');
    expect(harness.backend.losses).toMatchObject([{ streamId: 'live', from: 1, to: 20, why: 'dropped', said: { rows: 400 } }]);
    device.data(21, [[0, 1, 0, 0]]);
    await vi.waitFor(() => expect(device.all(FRAME.ack).at(-1)?.[2]).toBe(21), quick);
  });

  it('devices behind it', async () => {
    const { controller, device } = await harness.online();
    const subdevices = [{ id: 'meter-3', state: 'offline', since: 1_795_435_200_000 }];
    device.send([FRAME.call, 'd1', 'subdevices.changed', { subdevices }, options()]);
    expect((await device.next(FRAME.result))[1]).toBe('d1');
    expect(harness.backend.subdeviceReports).toMatchObject([{ controllerId: controller.id, payload: { subdevices } }]);
  });

  it('its clock, with HELLO and when it changes', async () => {
    const controller = harness.backend.addController();
    const device = await harness.connect(controller);
    await device.welcomed(controller.id, { clock: { now: Date.now() + 3_600_000, source: 'rtc', uptimeMs: 1 } });
    expect(Math.round((harness.backend.hellos[0]?.clockOffsetMs ?? 0) / 60_000)).toBe(60);
    device.send([FRAME.ping, 1, Date.now()]);
    await vi.waitFor(() => expect(harness.backend.clocks).toHaveLength(1), quick);
    expect(Math.abs(harness.backend.clocks[0]?.clockOffsetMs ?? Infinity)).toBeLessThan(60_000);
  });
});
