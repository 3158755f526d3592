import { hostedPoint, slotsChanged, type HostedPoint, type SlotsChanged } from '@cupola/contracts';
import { FakeClock, waitFor } from '@cupola/testing';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryHostStore, type Controller, type ControllerOptions, type HostStore, type OutputWrite } from '../src/index.js';
import { makeController } from './make-controller.js';
import { ScriptedGateway, type ScriptedSession } from './scripted-gateway.js';

let gateway: ScriptedGateway;
let controller: Controller;
let clock: FakeClock;
let host: HostStore;
let written: OutputWrite[];
const MINUTE = 60_000;

beforeEach(async () => {
  gateway = await new ScriptedGateway().listen();
  clock = new FakeClock();
  gateway.now = () => clock.now();
  // The clock jumps by minutes here: a heartbeat that can not be answered in between must not end the session.
  gateway.heartbeatMs = 60 * MINUTE;
  host = memoryHostStore();
  written = [];
});
afterEach(async () => {
  await controller.stop();
  await gateway.kill();
});

async function boot(over: Partial<ControllerOptions> = {}): Promise<ScriptedSession> {
  const count = gateway.sessions.length + 1;
  controller = makeController(gateway, { clock, host, onWrite: (write) => void written.push(write), ...over });
  await controller.start();
  const session = await gateway.session(count);
  await waitFor(() => controller.state.link === 'online' && session.of(3).length > 0);
  return session;
}
const write = (value: number | null, over = {}) => ({
  key: 'setpoint',
  operations: [{ operation: 'write', level: 8, value, commandId: randomUUID(), remainingMs: MINUTE, ...over }],
});
const resultOf = (frame: unknown[]): HostedPoint => hostedPoint.parse(frame[2]);
const reports = (session: ScriptedSession): SlotsChanged[] => session.of(3).map(([, , , payload]) => slotsChanged.parse(payload));
const values = (session: ScriptedSession) => session.of(6).flatMap((frame) => (frame[5] as [number, number][]).map(([, value]) => value));

describe('slot.apply', () => {
  it('fills the slot, drives the output, reports the new present value, and reads it back', async () => {
    const session = await boot();
    const payload = write(22);
    const hosted = resultOf(await session.call('slot.apply', payload));
    expect(hosted).toMatchObject({ winner: 8, presentValue: 22, quality: 0, slots: [{ level: 8, value: 22, remainingMs: MINUTE }] });
    expect(written).toEqual([{ key: 'setpoint', value: 20, level: null }, { key: 'setpoint', value: 22, level: 8 }]);
    const read = resultOf(await session.call('point.read', { key: 'setpoint' }));
    expect(read).toMatchObject({ presentValue: 22, winner: 8 });
    expect(read.readSeq).toBeGreaterThan(hosted.readSeq);
    clock.advance(100);
    await waitFor(() => values(session).includes(22));
  });

  it('holds what the output can hold, and says so', async () => {
    const session = await boot();
    expect(resultOf(await session.call('slot.apply', write(99))).slots).toMatchObject([{ value: 30 }]);
    expect(resultOf(await session.call('slot.apply', write(21.3))).slots).toMatchObject([{ value: 21.5 }]);
  });

  it.each([
    ['levels of the device', write(20, { level: 5 }), 'LEVEL_NOT_ALLOWED'],
    ['no end', write(20, { remainingMs: null }), 'END_REQUIRED'],
    ['no time left', write(20, { remainingMs: 0 }), 'END_IN_PAST'],
    ['no value', write(null), 'WRONG_KIND'],
    ['a sensor', { ...write(20), key: 'temp' }, 'NOT_WRITABLE'],
    ['a release of another one\'s slot', write(null, { operation: 'release' }), 'OVERTAKEN'],
    ['something malformed', { key: 'setpoint' }, 'VALIDATION_FAILED'],
  ])('is refused without touching anything: %s', async (_, payload, code) => {
    const session = await boot();
    await session.call('slot.apply', write(25));
    expect(await session.call('slot.apply', payload)).toMatchObject([5, expect.anything(), code, expect.any(String), {}]);
    expect(controller.hosted).toMatchObject([{ presentValue: 25 }]);
  });

  it('carries out all operations of a command or none', async () => {
    const session = await boot();
    const [first] = write(25).operations;
    const payload = { key: 'setpoint', operations: [first, { ...first, level: 1 }] };
    expect(await session.call('slot.apply', payload)).toMatchObject([5, expect.anything(), 'LEVEL_NOT_ALLOWED', expect.any(String), {}]);
    expect(controller.hosted).toMatchObject([{ slots: [], presentValue: 20 }]);
  });

  it('is refused when the output does not take it, and the output gets its old value again', async () => {
    let isBroken = false;
    const onWrite = (one: OutputWrite) => {
      if (isBroken) throw new Error('relay stuck');
      written.push(one);
    };
    const session = await boot({ onWrite });
    isBroken = true;
    expect(await session.call('slot.apply', write(25))).toMatchObject([5, expect.anything(), 'CONTROLLER_REFUSED', expect.stringContaining('relay stuck'), {}]);
    expect(controller.hosted).toMatchObject([{ slots: [], quality: 3 }]);
    isBroken = false;
    clock.advance(10_000);
    await waitFor(() => written.length === 2);
    expect(written[1]).toEqual({ key: 'setpoint', value: 20, level: null });
    await waitFor(() => controller.hosted[0]?.quality === 0);
  });

  it('is carried out once however often it comes, and its key fits no other command', async () => {
    const session = await boot();
    const payload = write(22);
    const once = await session.call('slot.apply', payload, { key: 'k1' });
    const again = await session.call('slot.apply', payload, { key: 'k1', sentAt: 0 });
    expect(again[2]).toEqual(once[2]);
    expect(written).toHaveLength(2);
    expect(await session.call('slot.apply', write(23), { key: 'k1' })).toMatchObject([5, expect.anything(), 'KEY_REUSED', expect.any(String), {}]);
    const refused = { key: 'k2' };
    await session.call('slot.apply', write(20, { level: 3 }), refused);
  });

  it('remembers the last 256 keys', async () => {
    const session = await boot();
    for (let n = 0; n < 257; n += 1) await session.call('slot.apply', write(20 + (n % 5)), { key: `k${n}` });
    expect((await session.call('command.status', { key: 'k0' }))[2]).toEqual({ outcome: 'never_received' });
    expect((await session.call('command.status', { key: 'k1' }))[2]).toMatchObject({ outcome: 'result', result: { presentValue: 21 } });
  });

  it('waits its turn: commands are carried out one after the other', async () => {
    let running = 0;
    let most = 0;
    const onWrite = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    };
    const session = await boot({ onWrite });
    const answers = await Promise.all([21, 22, 23, 24].map((value) => session.call('slot.apply', write(value))));
    expect(answers.map((frame) => resultOf(frame).presentValue)).toEqual([21, 22, 23, 24]);
    expect(most).toBe(1);
  });
});

describe('freshness', () => {
  it('refuses what is older than its time to live', async () => {
    const session = await boot();
    const late = await session.call('slot.apply', write(25), { key: 'late', ttlMs: 2000, sentAt: clock.now() - 2001 });
    expect(late).toMatchObject([5, expect.anything(), 'DELIVERY_EXPIRED', expect.stringContaining('too late'), {}]);
    expect((await session.call('command.status', { key: 'late' }))[2]).toEqual({ outcome: 'never_received' });
    expect(await session.call('slot.apply', write(25), { ttlMs: 2000, sentAt: clock.now() - 1999 })).toMatchObject([4, expect.anything(), {}]);
  });

  it('judges the age by the server\'s clock, whatever its own says', async () => {
    gateway.now = () => clock.now() + 3_600_000;
    const session = await boot();
    expect(await session.call('slot.apply', write(25), { ttlMs: 2000 })).toMatchObject([4, expect.anything(), {}]);
    expect(await session.call('slot.apply', write(24), { ttlMs: 2000, sentAt: clock.now() })).toMatchObject([5, expect.anything(), 'DELIVERY_EXPIRED', expect.anything(), {}]);
  });

  it('refuses everything without a PONG for two heartbeats', async () => {
    gateway.heartbeatMs = 1000;
    gateway.answersPings = false;
    const session = await boot();
    clock.advance(999);
    session.send([9, 1, 1]);
    clock.advance(999);
    session.send([9, 2, 2]);
    await waitFor(() => session.of(10).length === 2);
    clock.advance(2);
    expect(await session.call('slot.apply', write(25))).toMatchObject([5, expect.anything(), 'DELIVERY_EXPIRED', expect.stringContaining('two heartbeats'), {}]);
  });
});

describe('the end of an override', () => {
  it('comes at its time, with the server there: output, sample and report', async () => {
    const session = await boot();
    const payload = write(25);
    await session.call('slot.apply', payload);
    clock.advance(MINUTE - 1);
    expect(controller.hosted).toMatchObject([{ presentValue: 25 }]);
    clock.advance(1);
    await waitFor(() => written.at(-1)?.value === 20);
    const report = await waitFor(() => reports(session).find(({ ended }) => ended.length > 0));
    expect(report.ended).toEqual([payload.operations[0]?.commandId]);
    expect(report.points).toMatchObject([{ key: 'setpoint', slots: [], winner: null, presentValue: 20 }]);
    clock.advance(200);
    await waitFor(() => values(session).at(-1) === 20);
  });

  it('comes with the server gone for 24 hours, and is told when it is back', async () => {
    const session = await boot();
    const payload = write(25, { remainingMs: 60 * MINUTE });
    await session.call('slot.apply', payload);
    const { port } = gateway;
    await gateway.kill();
    await waitFor(() => controller.state.link === 'waiting');
    clock.advance(60 * MINUTE);
    await waitFor(() => written.at(-1)?.value === 20);
    clock.advance(23 * 60 * MINUTE);
    await waitFor(() => controller.state.link === 'waiting');
    gateway = await new ScriptedGateway().listen(port);
    gateway.now = () => clock.now();
    const back = await waitFor(() => {
      clock.advance(30_000);
      return gateway.sessions[0];
    }, { intervalMs: 50 });
    const report = await waitFor(() => reports(back).find(({ ended }) => ended.length > 0));
    expect(report.ended).toEqual([payload.operations[0]?.commandId]);
  });

  it('comes while the controller was off, and the output never shows it again', async () => {
    const session = await boot();
    const payload = write(25);
    await session.call('slot.apply', payload);
    await controller.stop();
    written = [];
    clock.advance(2 * MINUTE);
    const back = await boot();
    expect(written).toEqual([{ key: 'setpoint', value: 20, level: null }]);
    const report = await waitFor(() => reports(back).find(({ ended }) => ended.length > 0));
    expect(report.ended).toEqual([payload.operations[0]?.commandId]);
  });

  it('has not come yet: the restarted controller takes the override up again', async () => {
    const session = await boot();
    await session.call('slot.apply', write(25));
    await controller.stop();
    written = [];
    clock.advance(MINUTE / 2);
    const back = await boot();
    expect(written).toEqual([{ key: 'setpoint', value: 25, level: 8 }]);
    expect(reports(back)[0]?.points).toMatchObject([{ winner: 8, slots: [{ remainingMs: MINUTE / 2 }] }]);
  });

  it('is unknown without a battery-backed clock: what has an end is released, the rest is kept', async () => {
    const session = await boot();
    await session.call('slot.apply', write(25));
    await session.call('slot.apply', write(18, { level: 16, remainingMs: null }));
    await controller.stop();
    written = [];
    await boot({ keepsTime: false });
    expect(written).toEqual([{ key: 'setpoint', value: 18, level: 16 }]);
  });

  it('is reported again when the server did not take the report', async () => {
    const session = await boot();
    await session.call('slot.apply', write(25));
    gateway.answersCalls = false;
    clock.advance(MINUTE);
    const call = await waitFor(() => session.of(3).find(([, , , payload]) => slotsChanged.parse(payload).ended.length > 0));
    const problem = new Promise((resolve) => controller.once('problem', resolve));
    session.send([5, call[1] as string, 'UNAVAILABLE', 'the server is away', {}]);
    await problem;
    gateway.answersCalls = true;
    clock.advance(10_000);
    await waitFor(() => reports(session).filter(({ ended }) => ended.length > 0).length === 2);
  });
});

describe('reading', () => {
  it('asks the output itself where it can be asked', async () => {
    const session = await boot({ onRead: () => 19.5 });
    await session.call('slot.apply', write(25));
    expect(resultOf(await session.call('point.read', { key: 'setpoint' })).presentValue).toBe(19.5);
  });

  it('gives the last reported value of a sensor, and nothing of an unknown key', async () => {
    const session = await boot();
    expect(resultOf(await session.call('point.read', { key: 'temp' }))).toMatchObject({ presentValue: null, quality: 5 });
    controller.report('temp', 21);
    expect(resultOf(await session.call('point.read', { key: 'temp' }))).toMatchObject({ presentValue: 21, quality: 0, slots: [] });
    expect(await session.call('point.read', { key: 'nothing' })).toMatchObject([5, expect.anything(), 'NOT_FOUND', expect.anything(), {}]);
    expect(await session.call('dance', {})).toMatchObject([5, expect.anything(), 'NOT_FOUND', expect.anything(), {}]);
  });
});

it('asks for onWrite as soon as a point is writable', async () => {
  controller = makeController(gateway, { clock, host, onWrite: undefined as never });
  await controller.start();
  const session = await gateway.session(1);
  await waitFor(() => controller.state.link === 'online');
  expect(await session.call('slot.apply', write(25))).toMatchObject([5, expect.anything(), 'CONTROLLER_REFUSED', expect.stringContaining('onWrite'), {}]);
});
