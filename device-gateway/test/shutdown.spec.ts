import { FRAME } from '@cupola/contracts';
import { expect, it, vi } from 'vitest';
import { askTicket } from './ask-ticket.js';
import { startGateway } from './harness.js';

const quick = { timeout: 30_000, interval: 5 };
const shutdown = { drainWithinMs: 2_000, spreadMs: 7_000, returnsPerSecond: 600, closeWithinMs: 500 };

it('F16 drains in order: not ready, no new sessions, DRAIN, last samples stored and acknowledged, 1012', async () => {
  const harness = await startGateway({ config: { shutdown } });
  const { backend } = harness;
  const { controller, device } = await harness.online();
  const commits: (() => void)[] = [];
  backend.before.ingest = () => new Promise((resolve) => void commits.push(resolve));
  device.data(1, [[0, 1, 0, 0]]);
  await vi.waitFor(() => expect(commits).toHaveLength(1), quick);
  const closed = harness.gateway.close();
  expect((await device.next(FRAME.drain))[1]).toEqual({ withinMs: 2_000, spreadMs: 7_000, reason: 'restart' });
  expect((await fetch(`${harness.url}/health/ready`)).status).toBe(503);
  expect((await fetch(`${harness.url}/health/live`)).status).toBe(200);
  await expect(harness.connect(controller)).rejects.toThrow();
  expect((await askTicket(harness.url, controller)).status).toBe(503);
  expect(device.all(FRAME.ack)).toEqual([]);
  expect(device.isOpen).toBe(true);
  commits[0]?.();
  expect(await device.closed).toEqual({ code: 1012, reason: 'restart' });
  expect(device.all(FRAME.ack)).toEqual([[FRAME.ack, 'live', 1, 64]]);
  await closed;
  expect(backend.ended).toMatchObject([{ code: 1012, reason: 'drained' }]);
  await expect(fetch(`${harness.url}/health/live`)).rejects.toThrow();
  await harness.bus.close();
});

it('F16 500 sessions all get 1012 within the grace period, with every acknowledgement', async () => {
  // Nobody is cut and nobody is waited for: with this much grace the test would not end. No acknowledgement goes out by its time alone.
  const grace = { ...shutdown, drainWithinMs: 600_000, returnsPerSecond: 50, closeWithinMs: 600_000 };
  const harness = await startGateway({ config: { shutdown: grace, session: { ackAfterMs: 600_000 } } });
  const all = await Promise.all(Array.from({ length: 500 }, () => harness.online()));
  for (const { device } of all) device.data(1, [[0, 1, 0, 0]]);
  await vi.waitFor(() => expect(harness.backend.frames).toHaveLength(500), quick);
  await harness.gateway.close();
  const ends = await Promise.all(all.map(({ device }) => device.closed));
  expect(ends.every(({ code }) => code === 1012)).toBe(true);
  expect(all.every(({ device }) => device.all(FRAME.ack).at(-1)?.[2] === 1)).toBe(true);
  // Five hundred at fifty a second, with room between them, are more than the seven seconds that a few would get.
  expect(all.every(({ device }) => device.all(FRAME.drain)[0]?.[1].spreadMs === 15_000)).toBe(true);
  expect(harness.backend.ended).toHaveLength(500);
  expect(new Set(harness.backend.ended.map(({ reason }) => reason))).toEqual(new Set(['drained']));
  await harness.bus.close();
});

it('does not wait for ever: backend away, and a controller that never closes', async () => {
  const harness = await startGateway({ config: { shutdown: { ...shutdown, drainWithinMs: 200, closeWithinMs: 200 } } });
  const { device } = await harness.online();
  await harness.backend.stop();
  device.data(1, [[0, 1, 0, 0]]);
  device.send([FRAME.ping, 1, 1]);
  await device.next(FRAME.pong);
  device.socket.pause();
  await harness.gateway.close();
  device.socket.terminate();
  await harness.bus.close();
});

it('after a restart the controller resumes where it was acknowledged, and nothing is stored twice', async () => {
  const first = await startGateway({ config: { shutdown } });
  const { bus, backend } = first;
  const { controller, device } = await first.online();
  device.data(1, [[0, 1, 0, 0]]);
  await device.next(FRAME.ack);
  await first.gateway.close();
  const second = await startGateway({ bus, backend });
  expect(second.gateway.gatewayId).not.toBe(first.gateway.gatewayId);
  const again = await second.connect(controller);
  const welcome = await again.welcomed(controller.id, { streams: [{ id: 'live', oldest: 1, next: 3 }] });
  expect(welcome).toMatchObject({ epoch: 2, acked: { live: 1 } });
  again.data(2, [[0, 2, 0, 0]]);
  expect(await again.next(FRAME.ack)).toEqual([FRAME.ack, 'live', 2, 64]);
  expect(backend.frames.map(({ seq }) => seq)).toEqual([1, 2]);
  await second.close();
  await bus.close();
});

it('says which port is taken', async () => {
  const first = await startGateway();
  await expect(startGateway({ bus: first.bus, backend: first.backend, config: { port: Number(new URL(first.url).port) } })).rejects.toThrow(
    /^CUPOLA_GATEWAY_PORT \d+ is taken by another program\.$/,
  );
  await first.close();
});
