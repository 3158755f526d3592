import { waitFor } from '@cupola/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryCredentials, memoryStream, type Acknowledged, type Controller } from '../src/index.js';
import { makeController, SECRET } from './make-controller.js';
import { DEVICE_ID, ScriptedGateway } from './scripted-gateway.js';

let gateway: ScriptedGateway;
let controller: Controller;
beforeEach(async () => {
  gateway = await new ScriptedGateway().listen();
});
afterEach(async () => {
  await controller.stop();
  await gateway.kill();
});

const online = () => waitFor(() => controller.state.link === 'online');

describe('boot', () => {
  it('gets a ticket with its secret and says HELLO with its points and streams', async () => {
    controller = makeController(gateway, { model: 'M1', firmware: '1.2' });
    await controller.start();
    await online();
    const basic = Buffer.from(`${DEVICE_ID}:${SECRET}`).toString('base64');
    expect(gateway.tickets).toMatchObject([{ authorization: `Basic ${basic}`, body: { protocols: ['cupola.v1.json'], audience: 'session' } }]);
    const { hello } = gateway.last;
    expect(hello).toMatchObject({ deviceId: DEVICE_ID, model: 'M1', firmware: '1.2' });
    expect(hello.points).toMatchObject([{ alias: 0, key: 'temp', writable: false }, { alias: 1, key: 'setpoint', relinquishDefault: 20 }]);
    expect(hello.streams).toEqual(Array.from({ length: 3 }, () => ({ id: expect.any(String), oldest: 1, next: 1 })));
  });

  it('waits to be claimed, and starts once it was', async () => {
    const credentials = memoryCredentials();
    controller = makeController(gateway, { credentials });
    await controller.start();
    expect(controller.state.link).toBe('unclaimed');
    await credentials.save({ deviceId: DEVICE_ID, secret: SECRET });
    await controller.start();
    await online();
  });

  it('names the revision of a long list, sends the list when it is wanted, and repeats the revision that the answer names', async () => {
    const points = Array.from({ length: 400 }, (_, index) => ({ key: `point ${index}`, kind: 'analog' as const }));
    gateway.welcomeOver = { points: { rev: '', wanted: true } };
    controller = makeController(gateway, { points });
    const quarantined = new Promise((resolve) => controller.once('quarantined', resolve));
    await controller.start();
    expect(await quarantined).toEqual([{ key: 'temp', reason: 'another unit' }]);
    expect(gateway.last.hello.points).toMatch(/^[0-9a-f]{64}$/);
    expect((gateway.uploads[0] as { points: unknown[] }).points).toHaveLength(400);
    gateway.last.socket.close(1001);
    const second = await gateway.session(2);
    await waitFor(() => second.hello.points === 'f'.repeat(64));
  });

  it('sends nothing while it is pending, and everything once it was confirmed', async () => {
    gateway.welcomeOver = { status: 'pending', credits: 0 };
    controller = makeController(gateway);
    await controller.start();
    await waitFor(() => controller.state.link === 'pending');
    controller.report('temp', 21);
    const session = gateway.last;
    await waitFor(() => session.of(9).length > 0);
    expect(session.of(6)).toEqual([]);
    session.welcome();
    await waitFor(() => session.of(6).length === 1);
    expect(controller.state.link).toBe('online');
  });
});

describe('samples', () => {
  it('travel with their source time, the difference to the first, and their quality', async () => {
    controller = makeController(gateway);
    await controller.start();
    await online();
    controller.report('temp', 21.5, { sourceTime: 1_000_000 });
    controller.report('setpoint', null, { sourceTime: 1_000_250, quality: 3 });
    const frame = await waitFor(() => gateway.last.of(6)[0]);
    expect(frame.slice(2)).toEqual([1, 0, 1_000_000, [[0, 21.5, 0, 0], [1, null, 3, 250]]]);
  });

  it.each([
    ['NaN', () => controller.report('temp', NaN)],
    ['Infinity', () => controller.report('temp', Infinity)],
    ['an unknown key', () => controller.report('humidity', 1)],
    ['a time that is none', () => controller.report('temp', 1, { sourceTime: NaN })],
  ])('are refused at once: %s', (_, report) => {
    controller = makeController(gateway);
    expect(report).toThrow(RangeError);
  });

  it('never exceed the credits, and are forgotten when acknowledged', async () => {
    gateway.credits = 3;
    const live = filled(10);
    controller = makeController(gateway, { streams: { live } });
    const acknowledged: Acknowledged[] = [];
    controller.on('acknowledged', (one) => acknowledged.push(one));
    await controller.start();
    await waitFor(() => gateway.last.of(6).length === 3);
    gateway.last.send([7, live.id, 2, 3]);
    await waitFor(() => gateway.last.of(6).length === 5);
    expect(live.oldest).toBe(3);
    gateway.last.send([7, live.id, 5, 100]);
    await waitFor(() => gateway.last.of(6).length === 10);
    gateway.last.send([7, live.id, 10, 100]);
    await waitFor(() => controller.unacknowledged === 0);
    expect(acknowledged.map(({ from, to }) => [from, to])).toEqual([[1, 2], [3, 5], [6, 10]]);
  });

  it('F18 ignore an acknowledgement of what was never sent', async () => {
    gateway.credits = 2;
    const live = filled(5);
    controller = makeController(gateway, { streams: { live } });
    await controller.start();
    await waitFor(() => gateway.last.of(6).length === 2);
    gateway.last.send([7, live.id, 5, 2]);
    gateway.last.send([7, live.id, 1, 2]);
    await waitFor(() => gateway.last.of(6).length === 3);
    expect(live.oldest).toBe(2);
  });

  it('go on at acknowledged + 1 after a reconnect, with the same numbers and rows', async () => {
    const live = filled(4);
    controller = makeController(gateway, { streams: { live } });
    await controller.start();
    const first = await gateway.session(1);
    await waitFor(() => first.of(6).length === 4);
    gateway.acked[live.id] = 2;
    first.socket.terminate();
    const second = await gateway.session(2);
    await waitFor(() => second.of(6).length === 2);
    expect(second.of(6)).toEqual(first.of(6).slice(2));
  });

  it('that are measured while the link is down come later as backfill, behind what is live', async () => {
    gateway.credits = 4;
    controller = makeController(gateway, { streams: { backfill: filled(20, 1), live: filled(2, 0) } });
    await controller.start();
    await waitFor(() => gateway.last.of(6).length === 3);
    // A quarter of the credits stays free for what is live.
    expect(gateway.last.of(6).map(([, , , lane]) => lane)).toEqual([0, 0, 1]);
  });

  it('are sent again when the gateway asks, or answered with GONE', async () => {
    const live = memoryStream({ maxFrames: 3 });
    for (let n = 1; n <= 5; n += 1) live.append({ lane: 0, rows: [['temp', n, 0, n]] });
    expect(live.dropped).toBe(2);
    controller = makeController(gateway, { streams: { live } });
    await controller.start();
    await waitFor(() => gateway.last.of(6).length === 3);
    const session = gateway.last;
    expect(await session.call('replay', { streamId: live.id, from: 4, to: 5 }, { sentAt: 0 })).toMatchObject([4, expect.anything(), {}]);
    expect(session.of(6).map(([, , seq]) => seq)).toEqual([3, 4, 5, 4, 5]);
    expect(await session.call('replay', { streamId: live.id, from: 2, to: 3 })).toMatchObject([5, expect.anything(), 'GONE', 'frames 2 to 2 do not exist any more', { from: 2, to: 2 }]);
    expect(session.of(6).map(([, , seq]) => seq)).toEqual([3, 4, 5, 4, 5, 3]);
  });
});

describe('stop', () => {
  it('F6 leaves no socket, whatever the controller was doing', async () => {
    controller = makeController(gateway);
    await controller.start();
    await online();
    await controller.stop();
    await waitFor(async () => (await gateway.connections()) === 0);
    await controller.start();
    await controller.stop();
    await waitFor(async () => (await gateway.connections()) === 0);
    expect(controller.state.link).toBe('stopped');
    expect(gateway.tickets.length).toBeLessThanOrEqual(2);
  });

  it('keeps what was reported at the last moment', async () => {
    const live = memoryStream();
    controller = makeController(gateway, { streams: { live } });
    await controller.start();
    await online();
    controller.report('temp', 1);
    await controller.stop();
    expect(live.next).toBe(2);
  });
});

function filled(frames: number, lane: 0 | 1 = 0) {
  const stream = memoryStream();
  for (let n = 1; n <= frames; n += 1) stream.append({ lane, rows: [['temp', n, 0, 1000 * n]] });
  return stream;
}
