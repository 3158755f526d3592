import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Device } from './device.js';
import { helloOf } from './device.js';
import type { Harness } from './harness.js';
import { startGateway } from './harness.js';
import { frameBytes, Raw, upgradeText } from './raw.js';
import { StoppedClock } from './stopped-clock.js';

const quick = { timeout: 30_000, interval: 5 };
let harness: Harness;
let clock: StoppedClock;
beforeEach(async () => {
  clock = new StoppedClock();
  harness = await startGateway({ clock, config: { session: { maxBacklogBytes: 200_000 } } });
});
afterEach(async () => {
  // Whatever came in: the process lives, and serves others.
  const { device } = await harness.online();
  device.send([9, 1, 1]);
  await device.next(10);
  await harness.close();
});

async function greeted(): Promise<Raw> {
  const controller = harness.backend.addController();
  const raw = await Raw.open(harness.url);
  raw.socket.write(upgradeText(harness.backend.issue(controller)));
  await raw.status();
  raw.socket.write(frameBytes(JSON.stringify([1, helloOf(controller.id)])));
  await vi.waitFor(() => expect(raw.text).toContain('"accepted"'), quick);
  return raw;
}

describe('bytes that WebSocket forbids', () => {
  it.each([
    ['W1 an unmasked frame', frameBytes('[9,1,1]', { isMasked: false }), 1002],
    ['W1 reserved bits', frameBytes('[9,1,1]', { first: 0xc1 }), 1002],
    ['W1 a reserved opcode', frameBytes('[9,1,1]', { first: 0x83 }), 1002],
    ['W1 a continuation of nothing', frameBytes('x', { first: 0x80 }), 1002],
    ['W2 one byte more than 64 KiB', frameBytes('x', { length: 65_537n }), 1009],
    ['W4 invalid UTF-8', frameBytes(Buffer.from([0xff, 0xfe])), 1007],
    ['W5 a binary message', frameBytes('[9,1,1]', { first: 0x82 }), 1003],
  ])('%s', async (_, bytes, code) => {
    const raw = await greeted();
    raw.socket.write(bytes);
    expect(await raw.closeCode()).toBe(code);
    await vi.waitFor(() => expect(harness.backend.ended[0]).toMatchObject({ reason: 'bad_frame', code }), quick);
    raw.socket.destroy();
  });

  it('W2 a declared length of 2^60 bytes: 1009, and nothing is reserved for it', async () => {
    const raw = await greeted();
    const before = process.memoryUsage();
    raw.socket.write(frameBytes('x', { length: 2n ** 60n }));
    expect(await raw.closeCode()).toBe(1009);
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(32 * 1024 * 1024);
    raw.socket.destroy();
  });

  it('W3 a message in hundreds of fragments of one byte', async () => {
    const raw = await greeted();
    raw.socket.write(frameBytes('[', { first: 0x01 }));
    for (let count = 0; count < 100; count += 1) raw.socket.write(frameBytes(' ', { first: 0x00 }));
    expect(await raw.closeCode()).toBe(1008);
    raw.socket.destroy();
  });
});

describe('silence and noise', () => {
  it('W6 half a frame, then silence: cut at twice the heartbeat', async () => {
    const raw = await greeted();
    raw.socket.write(frameBytes('[9,1,1]').subarray(0, 4));
    clock.advance(59_000);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(raw.isEnded).toBe(false);
    clock.advance(1_000);
    await raw.ended();
    await vi.waitFor(() => expect(harness.backend.ended[0]).toMatchObject({ reason: 'heartbeat_lost', code: 4408 }), quick);
  });

  it('F18 malformed heartbeats are no life, valid ones are', async () => {
    const { device } = await harness.online();
    clock.advance(40_000);
    device.send('[9,"one","two"]');
    expect((await device.next(5))[2]).toBe('MALFORMED');
    clock.advance(20_000);
    expect((await device.closed).code).toBe(1006);
    const { device: alive } = await harness.online();
    for (let beat = 1; beat <= 3; beat += 1) {
      clock.advance(40_000);
      alive.send([9, beat, beat]);
      await alive.next(10);
    }
    expect(alive.isOpen).toBe(true);
  });

  it('A8 a controller that never says HELLO: 4400 after five seconds', async () => {
    const controller = harness.backend.addController();
    const device = await harness.connect(controller);
    clock.advance(4_999);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(device.isOpen).toBe(true);
    clock.advance(1);
    expect((await device.closed).code).toBe(4400);
  });

  it.each([
    ['W7 PING frames', (device: Device) => device.send([9, 1, 1])],
    ['W7 WebSocket pings', (device: Device) => device.socket.ping()],
    ['W7 answers to nothing', (device: Device) => device.send([4, 'x', {}])],
  ])('%s in a flood: 4429', async (_, say) => {
    const { device } = await harness.online();
    for (let count = 0; count < 400; count += 1) say(device);
    expect(await device.closed).toEqual({ code: 4429, reason: '60' });
  });

  it('a flood of malformed frames: 1002', async () => {
    const { device } = await harness.online();
    for (let count = 0; count < 50; count += 1) device.send('{');
    expect((await device.closed).code).toBe(1002);
    expect(device.all(5).length).toBeLessThanOrEqual(10);
  });

  it('W8 a controller that does not read: given up at a bounded backlog, others unaffected', async () => {
    // Nothing else stops it: it may send as much as it likes.
    const endless = { capacity: 1e9, perSecond: 1e9 };
    const own = await startGateway({ config: { session: { maxBacklogBytes: 200_000, credits: 1e6, chatter: endless, flow: { samples: endless, events: endless, pace: endless } } } });
    const { device } = await own.online();
    const { device: other } = await own.online();
    device.socket.pause();
    // Each refused row comes back in an ERROR, which nobody reads.
    const rows = Array.from({ length: 20 }, () => [0, 1, 0, -2e12]);
    let seq = 0;
    await vi.waitFor(
      () => {
        for (let count = 0; count < 200 && seq < 20_000; count += 1) device.data((seq += 1), rows);
        expect(own.backend.ended).toHaveLength(1);
      },
      { timeout: 30_000, interval: 20 },
    );
    expect(own.backend.ended[0]).toMatchObject({ reason: 'connection_lost', text: 'the controller does not read what is sent to it' });
    other.send([9, 1, 1]);
    await other.next(10);
    device.socket.terminate();
    await own.close();
  });
});

it('holds a controller back that sends more than the store takes', async () => {
  const own = await startGateway({ config: { session: { maxKeptBytes: 100_000, retryMinMs: 20, retryMaxMs: 50 } } });
  const { device } = await own.online();
  await own.backend.stop();
  const rows = Array.from({ length: 900 }, (_, index) => [0, index + 0.123456789, 0, index]);
  for (let seq = 1; seq <= 40; seq += 1) device.data(seq, rows);
  await vi.waitFor(() => expect(device.socket.bufferedAmount >= 0 && own.log.length > 0).toBe(true), quick);
  await own.backend.start();
  await vi.waitFor(() => expect(device.all(7).at(-1)?.[2]).toBe(40), quick);
  expect(own.backend.frames.reduce((sum, frame) => sum + frame.rows.length, 0)).toBe(40 * 900);
  expect(device.socket.readyState).toBe(WebSocket.OPEN);
  await own.close();
});
