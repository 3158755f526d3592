import { FRAME } from '@cupola/contracts';
import { DomainError } from '@cupola/contracts';
import type { ReplyOf } from '@cupola/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Device } from './device.js';
import type { Harness } from './harness.js';
import { startGateway } from './harness.js';
import type { ScriptedController } from './scripted-backend.js';
import { StoppedClock } from './stopped-clock.js';

type Outcome = ReplyOf<'gateway.<gatewayId>.call'>;
let harness: Harness;
let clock: StoppedClock;
let controller: ScriptedController;
let device: Device;
beforeEach(async () => {
  clock = new StoppedClock();
  harness = await startGateway({ clock });
  ({ controller, device } = await harness.online());
});
afterEach(() => harness.close());

function call(change: { withinMs?: number; key?: string; payload?: unknown; epoch?: number } = {}): Promise<Outcome> {
  const { sessionId, epoch } = controller.current!;
  const { withinMs = 10_000, key = 'k', payload = { key: 'fan' } } = change;
  const request = { sessionId, controllerId: controller.id, epoch: change.epoch ?? epoch, action: 'point.read', payload, key, deliverBy: clock.now() + withinMs };
  return harness.bus.request('gateway.<gatewayId>.call', request, { to: harness.gateway.gatewayId, timeoutMs: 60_000 });
}

describe('CALL to the controller', () => {
  it('carries the time left, the key and the time of sending, and brings the result', async () => {
    const answer = call({ withinMs: 8_000, key: 'command-1' });
    const frame = await device.next(FRAME.call);
    expect(frame).toEqual([3, expect.any(String), 'point.read', { key: 'fan' }, { ttlMs: 8_000, key: 'command-1', sentAt: clock.now() }]);
    device.send([FRAME.result, frame[1], { presentValue: 1 }]);
    expect(await answer).toEqual({ outcome: 'result', payload: { presentValue: 1 } });
  });

  it('brings the refusal of the controller', async () => {
    const answer = call();
    const [, id] = await device.next(FRAME.call);
    device.send([FRAME.error, id, 'OUT_OF_RANGE', 'above 30', {}]);
    expect(await answer).toEqual({ outcome: 'refused', code: 'OUT_OF_RANGE', text: 'above 30' });
  });

  it('F9 ten commands at once: one in flight, in order', async () => {
    const answers = Array.from({ length: 10 }, (_, index) => call({ key: `k${index}` }));
    for (let index = 0; index < 10; index += 1) {
      const [, id, , , { key }] = await device.next(FRAME.call);
      expect(key).toBe(`k${index}`);
      expect(device.all(FRAME.call)).toHaveLength(index + 1);
      device.send([FRAME.result, id, index]);
    }
    expect((await Promise.all(answers)).map((outcome) => outcome.outcome === 'result' && outcome.payload)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('F9 a handler that CALLs inside a CALL completes', async () => {
    const answer = call();
    const [, id] = await device.next(FRAME.call);
    device.send([FRAME.call, 'd1', 'slots.changed', { points: [], ended: [] }, { ttlMs: 10_000, key: 'k', sentAt: 1 }]);
    expect(await device.next(FRAME.result)).toEqual([4, 'd1', {}]);
    device.send([FRAME.result, id, 'after its own call']);
    expect(await answer).toEqual({ outcome: 'result', payload: 'after its own call' });
  });

  it('F18 an answer in the same breath as its CALL finds the call that it answers', async () => {
    // Faster than any bookkeeping after the sending: the answer is written while the CALL is being read.
    device.socket.on('message', (data: Buffer) => {
      const [kind, id] = JSON.parse(data.toString()) as [number, string];
      if (kind === FRAME.call) device.send([FRAME.result, id, 'at once']);
    });
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => call({ key: `k${index}` })));
    expect(answers).toEqual(answers.map(() => ({ outcome: 'result', payload: 'at once' })));
  });

  it('is never sent after its deadline, and not with too little time left', async () => {
    expect(await call({ withinMs: -1 })).toEqual({ outcome: 'expired' });
    expect(await call({ withinMs: 199 })).toEqual({ outcome: 'expired' });
    expect(device.all(FRAME.call)).toEqual([]);
  });

  it('that waited behind another is refused when its turn comes too late', async () => {
    const first = call({ withinMs: 10_000 });
    const second = call({ withinMs: 5_000 });
    const [, id] = await device.next(FRAME.call);
    clock.advance(4_900);
    device.send([FRAME.result, id, {}]);
    expect(await first).toMatchObject({ outcome: 'result' });
    expect(await second).toEqual({ outcome: 'expired' });
    expect(device.all(FRAME.call)).toHaveLength(1);
  });

  it('that is not answered by its deadline is unknown; a late answer is ignored', async () => {
    const answer = call({ withinMs: 3_000 });
    const [, id] = await device.next(FRAME.call);
    clock.advance(3_000);
    expect(await answer).toEqual({ outcome: 'unknown' });
    device.send([FRAME.result, id, {}]);
    const next = call();
    const [, nextId] = await device.next(FRAME.call);
    expect(nextId).not.toBe(id);
    device.send([FRAME.result, nextId, 'mine']);
    expect(await next).toEqual({ outcome: 'result', payload: 'mine' });
  });

  it('F8 a controller that pings but answers no CALL is closed with 4408 after the third', async () => {
    for (let count = 0; count < 3; count += 1) {
      const answer = call({ withinMs: 3_000 });
      await device.next(FRAME.call);
      device.send([FRAME.ping, count, 1]);
      await device.next(FRAME.pong);
      clock.advance(3_000);
      expect(await answer).toEqual({ outcome: 'unknown' });
    }
    expect((await device.closed).code).toBe(4408);
  });

  it('to a controller that is not there, not accepted, or in another session: offline', async () => {
    expect(await call({ epoch: 99 })).toEqual({ outcome: 'offline' });
    const pending = harness.backend.addController({ status: 'pending' });
    const waiting = await harness.connect(pending);
    await waiting.welcomed(pending.id);
    [controller] = [pending];
    expect(await call()).toEqual({ outcome: 'offline' });
  });

  it('F11 link lost after sending is unknown, before sending is offline', async () => {
    const sent = call();
    const unsent = call();
    await device.next(FRAME.call);
    device.socket.terminate();
    expect(await sent).toEqual({ outcome: 'unknown' });
    expect(await unsent).toEqual({ outcome: 'offline' });
  });

  it('that is too large, or too many of them, is refused', async () => {
    expect(await call({ payload: { text: 'x'.repeat(17_000) } })).toMatchObject({ outcome: 'refused', code: 'TOO_LARGE' });
    const many = Array.from({ length: 34 }, () => call());
    expect(await many[33]).toMatchObject({ outcome: 'refused', code: 'OVERLOADED' });
    device.socket.terminate();
    await Promise.all(many);
  });
});

describe('CALL of the controller', () => {
  const options = { ttlMs: 10_000, key: 'k', sentAt: 1 };
  const report = { points: [], ended: [] };

  it('slots.changed is relayed, and answered when backend has it', async () => {
    device.send([FRAME.call, 'd1', 'slots.changed', report, options]);
    expect(await device.next(FRAME.result)).toEqual([4, 'd1', {}]);
    expect(harness.backend.slotReports[0]).toMatchObject({ controllerId: controller.id, payload: report });
  });

  it('slots.pull is answered with what is intended, whose revision WELCOME named', async () => {
    const slots = [{ level: 8 as const, value: 22, commandId: '0190b6c2-7e1d-7a3b-8c4d-5e6f7a8b9c0d', remainingMs: 60_000 }];
    harness.backend.slotSet = { rev: 41, points: [{ key: 'setpoint', slots }] };
    const again = await harness.connect(controller);
    expect(await again.welcomed(controller.id)).toMatchObject({ desiredRev: 41 });
    again.send([FRAME.call, 'd1', 'slots.pull', {}, options]);
    expect(await again.next(FRAME.result)).toEqual([4, 'd1', harness.backend.slotSet]);
    again.send([FRAME.call, 'd2', 'slots.pull', 'all', options]);
    expect((await again.next(FRAME.error)).slice(1, 3)).toEqual(['d2', 'BAD_PAYLOAD']);
  });

  it('slots.pull of a large set is answered with NOTIFY first, and with which document it names', async () => {
    harness.backend.slotSet = { rev: 41, points: [] };
    harness.backend.announces = true;
    device.send([FRAME.call, 'd1', 'slots.pull', {}, options]);
    const [, , answer] = await device.next(FRAME.result);
    const [ref] = harness.backend.documents.keys();
    expect(answer).toEqual({ rev: 41, ref });
    expect(device.frames.slice(-2)).toEqual([[FRAME.notify, 'slots', ref, 41, 22, expect.stringMatching(/^[0-9a-f]{64}$/)], [FRAME.result, 'd1', answer]]);
  });

  it.each([
    ['an unknown action', ['d1', 'format.disk', {}, options], 'UNKNOWN_ACTION'],
    ['a wrong payload', ['d1', 'slots.changed', { points: 1 }, options], 'BAD_PAYLOAD'],
    ['a large payload', ['d1', 'slots.changed', { ...report, x: 'x'.repeat(17_000) }, options], 'TOO_LARGE'],
  ])('%s: an ERROR to its id', async (_, frame, code) => {
    device.send([FRAME.call, ...frame]);
    expect((await device.next(FRAME.error)).slice(0, 3)).toEqual([5, 'd1', code]);
  });

  it('A14 one at a time; the same id while it is open does not answer the first', async () => {
    let release = (): void => undefined;
    harness.backend.before.slots = () => new Promise((resolve) => (release = resolve));
    device.send([FRAME.call, 'd1', 'slots.changed', report, options]);
    device.send([FRAME.call, 'd2', 'slots.changed', report, options]);
    expect((await device.next(FRAME.error)).slice(1, 3)).toEqual(['d2', 'BUSY']);
    device.send([FRAME.call, 'd1', 'slots.changed', report, options]);
    expect((await device.next(FRAME.error)).slice(1, 3)).toEqual(['', 'ID_IN_USE']);
    release();
    expect(await device.next(FRAME.result)).toEqual([4, 'd1', {}]);
  });

  it('is refused as unavailable while backend is away, and with the code when backend refuses', async () => {
    harness.backend.before.slots = () => Promise.reject(new DomainError('STALE_SESSION', 'stale'));
    device.send([FRAME.call, 'd1', 'slots.changed', report, options]);
    expect((await device.next(FRAME.error)).slice(1, 3)).toEqual(['d1', 'STALE_SESSION']);
    await harness.backend.stop();
    device.send([FRAME.call, 'd2', 'slots.changed', report, options]);
    expect((await device.next(FRAME.error)).slice(1, 3)).toEqual(['d2', 'UNAVAILABLE']);
  });

  it('of a pending controller is refused', async () => {
    const pending = harness.backend.addController({ status: 'pending' });
    const waiting = await harness.connect(pending);
    await waiting.welcomed(pending.id);
    waiting.send([FRAME.call, 'd1', 'slots.changed', report, options]);
    expect((await waiting.next(FRAME.error))[2]).toBe('NOT_ACCEPTED');
  });
});
