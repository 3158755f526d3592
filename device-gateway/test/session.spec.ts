import { FRAME } from '@cupola/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Harness } from './harness.js';
import { startGateway } from './harness.js';

const quick = { timeout: 30_000, interval: 5 };
let harness: Harness;
beforeEach(async () => {
  harness = await startGateway({ config: { session: { ackAfterMs: 20, retryMinMs: 20, retryMaxMs: 100, probeWithinMs: 300 } } });
});
afterEach(() => harness.close());

describe('from HELLO to samples', () => {
  it('welcomes with what is stored, credits and limits', async () => {
    const controller = harness.backend.addController({ acked: new Map([['live', 7]]) });
    const device = await harness.connect(controller);
    const welcome = await device.welcomed(controller.id, { streams: [{ id: 'live', oldest: 1, next: 9 }] });
    expect(welcome).toMatchObject({
      status: 'accepted',
      epoch: 1,
      acked: { live: 7 },
      credits: 64,
      heartbeatMs: 30_000,
      points: { rev: controller.pointsRev, wanted: false },
      limits: { maxFrameBytes: 65_536, maxRowsPerFrame: 1000, maxPoints: 10_000 },
    });
    expect(harness.backend.hellos[0]?.hello.bootId).toBe('boot');
  });

  it('stores samples under their channels and acknowledges after the commit, not before', async () => {
    let commit = (): void => undefined;
    harness.backend.before.ingest = () => new Promise((resolve) => (commit = resolve));
    const { device } = await harness.online();
    const at = Date.now();
    device.data(1, [[0, 21.5, 0, 0], [1, 1, 0, 5]], { baseTs: at });
    device.data(2, [[2, 3, 0, 0]], { baseTs: at });
    device.send([FRAME.ping, 1, 1]);
    await device.next(FRAME.pong);
    expect(device.all(FRAME.ack)).toEqual([]);
    harness.backend.before = {};
    commit();
    await vi.waitFor(() => expect(device.all(FRAME.ack).at(-1)).toEqual([FRAME.ack, 'live', 2, 64]), quick);
    const rows = harness.backend.frames.flatMap((frame) => frame.rows);
    expect(rows.map(([channel, source, , value, quality]) => [channel, source, value, quality])).toEqual([
      [100, at, 21.5, 0],
      [101, at + 5, 1, 0],
      [102, at, 3, 0],
    ]);
  });

  it('answers PING with the server time', async () => {
    const { device } = await harness.online();
    device.send([FRAME.ping, 17, 12345]);
    const [, n, t, serverTime] = await device.next(FRAME.pong);
    expect([n, t]).toEqual([17, 12345]);
    expect(Math.abs(serverTime - Date.now())).toBeLessThan(30_000);
  });

  it('gathers acknowledgements', async () => {
    const { device } = await harness.online();
    for (let seq = 1; seq <= 30; seq += 1) device.data(seq, [[0, seq, 0, 0]]);
    await vi.waitFor(() => expect(device.all(FRAME.ack).at(-1)?.[2]).toBe(30), quick);
    expect(device.all(FRAME.ack).length).toBeLessThan(10);
  });

  it('keeps a pending controller without credits until a technician confirms it', async () => {
    const { backend } = harness;
    const controller = backend.addController({ status: 'pending' });
    const device = await harness.connect(controller);
    const first = await device.welcomed(controller.id);
    expect(first).toMatchObject({ status: 'pending', credits: 0 });
    controller.status = 'active';
    backend.renewReply.accepted.push({ sessionId: first.sessionId, controllerId: controller.id, epoch: first.epoch });
    expect((await device.next(FRAME.welcome))[1]).toMatchObject({ status: 'accepted', credits: 64 });
    device.data(1, [[0, 1, 0, 0]]);
    await vi.waitFor(() => expect(device.all(FRAME.ack)).toHaveLength(1), quick);
  });

  it('closes a pending controller that sends samples all the same: 4429 with seconds', async () => {
    const controller = harness.backend.addController({ status: 'pending' });
    const device = await harness.connect(controller);
    await device.welcomed(controller.id);
    device.data(1, [[0, 1, 0, 0]]);
    expect(await device.closed).toEqual({ code: 4429, reason: '60' });
    expect(harness.backend.frames).toEqual([]);
  });

  it('holds samples back while the list that names their aliases is not there', async () => {
    const { backend } = harness;
    const controller = backend.addController({ channels: [{ alias: 0, key: 'old meaning', channelId: 1, kind: 'analog' }] });
    const device = await harness.connect(controller);
    const newRev = 'c'.repeat(64);
    const welcome = await device.welcomed(controller.id, { points: newRev });
    expect(welcome.points.wanted).toBe(true);
    device.data(1, [[0, 5, 0, 0]]);
    device.send([FRAME.ping, 1, 1]);
    await device.next(FRAME.pong);
    expect(backend.frames).toEqual([]);
    controller.channels = [{ alias: 0, key: 'new meaning', channelId: 2, kind: 'analog' }];
    controller.pointsRev = newRev;
    backend.renewReply.channelsChanged.push({ sessionId: welcome.sessionId, controllerId: controller.id, epoch: welcome.epoch });
    await vi.waitFor(() => expect(backend.frames[0]?.rows[0]?.[0]).toBe(2), quick);
  });

  it('reads the channels again when an alias is new, and keeps the samples meanwhile', async () => {
    const { controller, device } = await harness.online();
    controller.channels = [...controller.channels, { alias: 9, key: 'added', channelId: 109, kind: 'analog' }];
    device.data(1, [[9, 4, 0, 0]]);
    await vi.waitFor(() => expect(harness.backend.frames[0]?.rows[0]?.[0]).toBe(109), quick);
    expect(device.all(FRAME.error)).toEqual([]);
  });

  it('ends a session whose aliases were given another meaning', async () => {
    const { backend } = harness;
    const { controller, device } = await harness.online();
    controller.channels = [{ alias: 0, key: 'humidity', channelId: 200, kind: 'analog' }];
    backend.renewReply.channelsChanged.push(backend.hellos[0]!);
    expect((await device.closed).code).toBe(4401);
  });
});

describe('resume and numbers', () => {
  it('A11 F10 drops repeated numbers and acknowledges them again', async () => {
    const { device } = await harness.online();
    device.data(1, [[0, 1, 0, 0]]);
    await device.next(FRAME.ack);
    device.data(1, [[0, 99, 0, 0]]);
    expect(await device.next(FRAME.ack)).toEqual([FRAME.ack, 'live', 1, 64]);
    expect(harness.backend.frames).toHaveLength(1);
  });

  it('A11 stores beyond a gap, acknowledges up to it, and asks for what is missing', async () => {
    const { device } = await harness.online();
    device.data(1, [[0, 1, 0, 0]]);
    device.data(3, [[0, 3, 0, 0]]);
    const [, id, action, payload] = await device.next(FRAME.call);
    expect([action, payload]).toEqual(['replay', { streamId: 'live', from: 2, to: 2 }]);
    await vi.waitFor(() => expect(harness.backend.frames.map(({ seq }) => seq)).toEqual([1, 3]), quick);
    await vi.waitFor(() => expect(device.all(FRAME.ack).at(-1)?.[2]).toBe(1), quick);
    device.send([FRAME.result, id, {}]);
    device.data(2, [[0, 2, 0, 0]], { lane: 1 });
    await vi.waitFor(() => expect(device.all(FRAME.ack).at(-1)?.[2]).toBe(3), quick);
  });

  it('passes over numbers that the controller does not have any more', async () => {
    const { device } = await harness.online();
    device.data(4, [[0, 4, 0, 0]]);
    const [, id] = await device.next(FRAME.call);
    device.send([FRAME.error, id, 'GONE', 'the oldest frame still held is 4', { from: 1, to: 3 }]);
    await vi.waitFor(() => expect(device.all(FRAME.ack).at(-1)?.[2]).toBe(4), quick);
    expect(harness.log.join('')).toContain('samples were lost');
    expect(harness.backend.losses).toEqual([{ streamId: 'live', from: 1, to: 3, why: 'replay' }]);
  });

  it('passes over what HELLO says is gone', async () => {
    const controller = harness.backend.addController({ acked: new Map([['live', 2]]) });
    const device = await harness.connect(controller);
    harness.backend.batches.push({ sessionId: '', controllerId: '', epoch: 0, frames: [1, 2].map((seq) => ({ streamId: 'live', seq, lane: 0 as const, rows: [] })) });
    await device.welcomed(controller.id, { streams: [{ id: 'live', oldest: 200_006, next: 200_007 }] });
    device.data(200_006, [[0, 6, 0, 0]]);
    await vi.waitFor(() => expect(device.all(FRAME.ack).at(-1)?.[2]).toBe(200_006), quick);
    expect(harness.backend.losses).toEqual([{ streamId: 'live', from: 3, to: 200_005, why: 'store' }]);
  });

  it('A11 refuses a controller that is behind what is stored: 4509', async () => {
    const controller = harness.backend.addController({ acked: new Map([['live', 10]]) });
    const device = await harness.connect(controller);
    device.hello(controller.id, { streams: [{ id: 'live', oldest: 1, next: 5 }] });
    expect((await device.closed).code).toBe(4509);
    await vi.waitFor(() => expect(harness.backend.ended[0]).toMatchObject({ code: 4509, reason: 'sequence_conflict' }), quick);
  });
});

describe('backend away', () => {
  it('H13 keeps what came, acknowledges nothing, and stores each frame once when backend is back', async () => {
    const { backend } = harness;
    const { controller, device } = await harness.online();
    await backend.stop();
    for (let seq = 1; seq <= 20; seq += 1) device.data(seq, [[0, seq, 0, 0]]);
    device.send([FRAME.ping, 1, 1]);
    await device.next(FRAME.pong);
    expect(device.all(FRAME.ack)).toEqual([]);
    await backend.start();
    await vi.waitFor(() => expect(device.all(FRAME.ack).at(-1)?.[2]).toBe(20), quick);
    expect(backend.frames.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(controller.acked.get('live')).toBe(20);
  });

  it('repeats a request whose answer got lost, with the same frames', async () => {
    const { backend } = harness;
    const { device } = await harness.online();
    let lost = 0;
    backend.before.ingest = () => {
      lost += 1;
      if (lost === 1) throw new Error('the database broke');
    };
    device.data(1, [[0, 1, 0, 0]]);
    await vi.waitFor(() => expect(device.all(FRAME.ack).at(-1)?.[2]).toBe(1), quick);
    expect(lost).toBe(2);
  });

  it('H13 says 503 to new sessions and answers HELLO once backend is back', async () => {
    const { backend } = harness;
    const controller = backend.addController();
    const device = await harness.connect(controller);
    await backend.stop();
    const refused = await fetch(`${harness.url}/device/v1/tickets`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${controller.id}:${controller.secret}`)}`, 'content-type': 'application/json' },
      body: JSON.stringify({ protocols: ['cupola.v1.json'], bootId: 'b' }),
    });
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    device.hello(controller.id);
    await backend.start();
    expect((await device.next(FRAME.welcome))[1].status).toBe('accepted');
  });
});

describe('takeover', () => {
  it('F5 the newer session stays, the older one stops with 4500, and one end is reported', async () => {
    const { controller, device: old } = await harness.online();
    const young = await harness.connect(controller);
    expect((await old.closed).code).toBe(4500);
    expect((await young.welcomed(controller.id)).epoch).toBe(2);
    await vi.waitFor(() => expect(harness.backend.ended.map(({ reason }) => reason)).toEqual(['superseded']), quick);
  });

  it('an old session that still answers is a clone; one that does not was a reboot', async () => {
    const { controller, device: old } = await harness.online();
    old.socket.on('message', (data: Buffer) => {
      const [kind, n, t] = JSON.parse(data.toString()) as number[];
      if (kind === FRAME.ping) old.send([FRAME.pong, n, t, Date.now()]);
    });
    const { sessionId } = controller.current!;
    const young = await harness.connect(controller);
    expect((await old.closed).code).toBe(4500);
    await vi.waitFor(() => expect(harness.backend.ended).toMatchObject([{ sessionId, reason: 'clone' }]), quick);
    await young.welcomed(controller.id);
    const third = await harness.connect(controller);
    expect((await young.closed).code).toBe(4500);
    await vi.waitFor(() => expect(harness.backend.ended.map(({ reason }) => reason)).toEqual(['clone', 'superseded']), quick);
    expect((await third.welcomed(controller.id)).epoch).toBe(3);
  });

  it('takes nothing from the old session any more while it is asked', async () => {
    const { controller, device: old } = await harness.online();
    const young = await harness.connect(controller);
    old.data(1, [[0, 99, 0, 0]]);
    await young.welcomed(controller.id);
    young.data(1, [[0, 1, 0, 0]]);
    await young.next(FRAME.ack);
    await old.closed;
    expect(harness.backend.frames.flatMap(({ rows }) => rows.map((row) => row[3]))).toEqual([1]);
  });

  it('F2 a late cleanup of the old session leaves the new one alone', async () => {
    const { controller, device: old } = await harness.online();
    const held: (() => void)[] = [];
    harness.backend.before.ended = () => new Promise((resolve) => void held.push(resolve));
    old.socket.terminate();
    await vi.waitFor(() => expect(held).toHaveLength(1), quick);
    const young = await harness.connect(controller);
    await young.welcomed(controller.id);
    held[0]?.();
    await vi.waitFor(() => expect(harness.backend.ended).toHaveLength(1), quick);
    const ref = controller.current!;
    const call = { ...ref, action: 'point.read', payload: { key: 'fan' }, key: 'k', deliverBy: Date.now() + 60_000 };
    const answer = harness.bus.request('gateway.<gatewayId>.call', call, { to: harness.gateway.gatewayId });
    const [, id] = await young.next(FRAME.call);
    young.send([FRAME.result, id, { read: true }]);
    expect(await answer).toEqual({ outcome: 'result', payload: { read: true } });
    expect(young.all(FRAME.call)).toHaveLength(1);
  });

  it('F2 the end of a superseded session leaves its successor within reach', async () => {
    const { controller, device: old } = await harness.online();
    const young = await harness.connect(controller);
    await young.welcomed(controller.id);
    await old.closed;
    await vi.waitFor(() => expect(harness.backend.ended).toHaveLength(1), quick);
    harness.bus.publish('sessions.revoked', { ...controller.current!, code: 4501, reason: 'revoked' });
    expect((await young.closed).code).toBe(4501);
  });

  it('handshakes that finish in the wrong order leave the highest epoch standing', async () => {
    const { backend } = harness;
    const controller = backend.addController();
    let release = (): void => undefined;
    backend.before.consume = () => new Promise((resolve) => (release = resolve));
    const first = harness.connect(controller);
    await vi.waitFor(() => expect(backend.consumptions).toHaveLength(1), quick);
    backend.before = {};
    const second = await harness.connect(controller);
    release();
    expect((await (await first).closed).code).toBe(4500);
    expect((await second.welcomed(controller.id)).epoch).toBe(2);
  });

  it('F3 of twenty simultaneous sessions of one controller exactly one lives', async () => {
    const { backend } = harness;
    const controller = backend.addController();
    const devices = await Promise.all(Array.from({ length: 20 }, () => harness.connect(controller)));
    await vi.waitFor(() => expect(devices.filter(({ isOpen }) => isOpen)).toHaveLength(1), quick);
    const alive = devices.find(({ isOpen }) => isOpen)!;
    expect((await alive.welcomed(controller.id)).epoch).toBe(20);
  });

  it('F4 wrong tickets and secrets of a live controller do not disturb its session', async () => {
    const { controller, device } = await harness.online();
    const basic = (secret: string) => ({ authorization: `Basic ${btoa(`${controller.id}:${secret}`)}`, 'content-type': 'application/json' });
    const refused = await fetch(`${harness.url}/device/v1/tickets`, {
      method: 'POST',
      headers: basic('x'.repeat(43)),
      body: JSON.stringify({ protocols: ['cupola.v1.json'], bootId: 'b' }),
    });
    expect(refused.status).toBe(401);
    await expect(harness.connect({ ...controller, id: 'nobody' })).rejects.toThrow();
    device.send([FRAME.ping, 1, 1]);
    await device.next(FRAME.pong);
    expect(harness.backend.ended).toEqual([]);
  });
});

describe('revocation', () => {
  it('F13 by lease: the next renewal closes with 4501', async () => {
    const { backend } = harness;
    const { controller, device } = await harness.online();
    const { sessionId, epoch } = controller.current!;
    backend.renewReply.revoked.push({ sessionId, controllerId: controller.id, epoch, code: 4501, reason: 'revoked' });
    expect(await device.closed).toEqual({ code: 4501, reason: 'revoked' });
    await vi.waitFor(() => expect(backend.ended[0]).toMatchObject({ code: 4501, reason: 'revoked', sessionId }), quick);
  });

  it('F13 by event, at once, and only the session that is meant', async () => {
    const { controller, device } = await harness.online();
    const ref = controller.current!;
    harness.bus.publish('sessions.revoked', { ...ref, epoch: ref.epoch - 1, code: 4501, reason: 'revoked' });
    harness.bus.publish('sessions.revoked', { ...ref, gatewayId: 'another', code: 4501, reason: 'revoked' });
    device.send([FRAME.ping, 1, 1]);
    await device.next(FRAME.pong);
    harness.bus.publish('sessions.revoked', { ...ref, code: 4501, reason: 'revoked' });
    expect((await device.closed).code).toBe(4501);
  });

  it('names sessions with the time they were last heard in renewals', async () => {
    const { controller } = await harness.online();
    await vi.waitFor(() => {
      const named = harness.backend.renewals.flatMap(({ sessions }) => sessions);
      expect(named[0]).toMatchObject({ controllerId: controller.id, epoch: 1 });
      expect(Math.abs((named[0]?.lastSeen ?? 0) - Date.now())).toBeLessThan(30_000);
    }, quick);
  });

  it('ends a session whose samples backend refuses as stale', async () => {
    const { controller, device } = await harness.online();
    controller.current = null;
    device.data(1, [[0, 1, 0, 0]]);
    expect((await device.closed).code).toBe(4500);
  });
});

it('reports each end once, with the reason that it had', async () => {
  const { backend } = harness;
  const { device: leaving } = await harness.online();
  leaving.socket.close(1000, 'bye');
  await vi.waitFor(() => expect(backend.ended.at(-1)).toMatchObject({ code: 1000, reason: 'closed_by_controller' }), quick);
  const { device: broken } = await harness.online();
  broken.socket.terminate();
  await vi.waitFor(() => expect(backend.ended.at(-1)).toMatchObject({ reason: 'connection_lost' }), quick);
  expect(backend.ended).toHaveLength(2);
});
