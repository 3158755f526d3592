import { lossReport, subdevicesChanged } from '@cupola/contracts';
import { FakeClock, waitFor } from '@cupola/testing';
import { randomBytes, randomUUID } from 'node:crypto';
import { truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryStream, sqliteStore, type Controller, type SqliteStore, type Streams } from '../src/index.js';
import { makeController } from './make-controller.js';
import { ScriptedGateway, type ScriptedSession } from './scripted-gateway.js';

let gateway: ScriptedGateway;
let controller: Controller;
let clock: FakeClock;
let folder: string;
let store: SqliteStore | null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cupola-delivery-'));
  gateway = await new ScriptedGateway().listen();
  clock = new FakeClock();
  gateway.now = () => clock.now();
  store = null;
});
afterEach(async () => {
  await controller.stop();
  await gateway.kill();
  store?.close();
  await rm(folder, { recursive: true });
});

async function online(count = gateway.sessions.length): Promise<ScriptedSession> {
  const session = await gateway.session(count);
  await waitFor(() => controller.state.link === 'online' && session.of(3).length > 0);
  return session;
}
const samples = (session: ScriptedSession) => session.frames.filter(([kind]) => kind === 6 || kind === 8);
const calls = (session: ScriptedSession, action: string) => session.of(3).filter(([, , name]) => name === action).map(([, , , payload]) => payload);
const frame = (n: number, lane: 0 | 1 = 0) => ({ lane, rows: [['temp', n, 0, 1000 * n] as const] });

describe('events', () => {
  it('go out at once, as EVENT, in a stream of their own', async () => {
    controller = makeController(gateway, { clock });
    await controller.start();
    const session = await online(1);
    controller.reportEvent('temp', 1, { sourceTime: 5000 });
    const sent = await waitFor(() => session.of(8)[0]);
    expect(sent).toEqual([8, session.hello.streams[0]?.id, 1, 0, 5000, [[0, 1, 0, 0]]]);
    expect(() => controller.reportEvent('nothing', 1)).toThrow(RangeError);
  });

  it('are what a point reports that the list marks as event, outputs included, wherever its value comes from', async () => {
    const points = [{ key: 'temp', kind: 'analog' }, { key: 'trip', kind: 'binary', event: true }, { key: 'valve', kind: 'binary', writable: true, relinquishDefault: 0, event: true }] as const;
    controller = makeController(gateway, { clock, points });
    controller.report('trip', 1, { sourceTime: 4000 });
    await controller.start();
    const session = await online(1);
    expect(session.hello.points).toMatchObject([{}, { key: 'trip', event: true }, { key: 'valve', event: true }]);
    const events = session.hello.streams[0]?.id;
    await waitFor(() => session.of(8).some((frame) => JSON.stringify(frame) === JSON.stringify([8, events, 1, 1, 4000, [[1, 1, 0, 0]]])));
    controller.report('temp', 20);
    controller.report('trip', 0, { sourceTime: 5000 });
    const commandId = randomUUID();
    await session.call('slot.apply', { key: 'valve', operations: [{ operation: 'write', level: 8, value: 1, commandId, remainingMs: 60_000 }] }, { key: commandId });
    await waitFor(() => session.of(8).flatMap(([, , , , , rows]) => rows as number[][]).some(([alias]) => alias === 2));
    clock.advance(1000);
    await waitFor(() => session.of(6).length === 1);
    expect(session.of(6)[0]?.[5]).toEqual([[0, 20, 0, 0]]);
    expect(session.of(8)).toContainEqual([8, events, expect.any(Number), 0, 5000, [[1, 0, 0, 0]]]);
  });

  it('are first in line, then what is live, then backfill from spare credits', async () => {
    gateway.credits = 8;
    const streams = { live: memoryStream(), backfill: memoryStream(), events: memoryStream() };
    for (let n = 1; n <= 20; n += 1) {
      streams.backfill.append(frame(n, 1));
      if (n <= 3) streams.live.append(frame(n));
      if (n <= 2) streams.events.append(frame(n, 1));
    }
    controller = makeController(gateway, { clock, streams });
    await controller.start();
    const session = await online(1);
    await waitFor(() => samples(session).length === 6);
    expect(samples(session).map(([kind, , , lane]) => [kind, lane])).toEqual([[8, 1], [8, 1], [6, 0], [6, 0], [6, 0], [6, 1]]);
  });

  it('go on while credits are withheld from telemetry, which waits until they are granted again', async () => {
    gateway.credits = 8;
    const [live, events] = [memoryStream(), memoryStream()];
    live.append(frame(1));
    controller = makeController(gateway, { clock, streams: { live, events } });
    await controller.start();
    const session = await online(1);
    await waitFor(() => session.of(6).length === 1);
    session.send([7, live.id, 1, 0]);
    await waitFor(() => controller.unacknowledged === 0);
    live.append(frame(2));
    controller.wake();
    controller.reportEvent('temp', 99);
    await waitFor(() => session.of(8).length === 1);
    expect(session.of(6)).toHaveLength(1);
    session.send([7, live.id, 1, 8]);
    await waitFor(() => session.of(6).length === 2);
  });

  it('find a credit free, whatever telemetry waits for its acknowledgement', async () => {
    gateway.credits = 4;
    const live = memoryStream();
    for (let n = 1; n <= 20; n += 1) live.append(frame(n));
    controller = makeController(gateway, { clock, streams: { live } });
    await controller.start();
    const session = await online(1);
    await waitFor(() => session.of(6).length === 3);
    controller.reportEvent('temp', 99);
    await waitFor(() => session.of(8).length === 1);
    expect(session.of(6)).toHaveLength(3);
  });

  it('that happened while the link was down say so', async () => {
    controller = makeController(gateway, { clock });
    controller.reportEvent('temp', 1);
    await controller.start();
    const session = await online(1);
    expect((await waitFor(() => session.of(8)[0])).slice(2, 4)).toEqual([1, 1]);
  });
});

describe('what a full store dropped', () => {
  const full = (): Streams & { live: ReturnType<typeof memoryStream> } => {
    const live = memoryStream({ maxFrames: 2 });
    for (let n = 1; n <= 5; n += 1) live.append(frame(n));
    return { live };
  };

  it('is reported with its bounds, once', async () => {
    const streams = full();
    controller = makeController(gateway, { clock, streams });
    await controller.start();
    const session = await online(1);
    const [report] = await waitFor(() => (calls(session, 'loss.report').length > 0 ? calls(session, 'loss.report') : null));
    expect(lossReport.parse(report)).toEqual({
      losses: [{ streamId: streams.live.id, carries: 'live', from: 1, to: 3, rows: 3, oldest: 1000, newest: 3000 }],
    });
    await waitFor(() => streams.live.losses?.().length === 0);
    session.socket.close(1001);
    const second = await (async () => {
      await waitFor(() => controller.state.link === 'waiting');
      clock.advance(60_000);
      return online(2);
    })();
    await waitFor(() => calls(second, 'slots.changed').length > 0);
    expect(calls(second, 'loss.report')).toEqual([]);
  });

  it('is no loss as far as the server has it after all', async () => {
    const streams = full();
    gateway.acked[streams.live.id] = 2;
    controller = makeController(gateway, { clock, streams });
    await controller.start();
    const session = await online(1);
    const [report] = await waitFor(() => (calls(session, 'loss.report').length > 0 ? calls(session, 'loss.report') : null));
    expect(lossReport.parse(report).losses).toMatchObject([{ from: 3, to: 3 }]);
  });

  it('is reported again when the server did not take it, and quietly kept for one that cannot', async () => {
    const streams = full();
    gateway.answersCalls = false;
    controller = makeController(gateway, { clock, streams });
    const problems: string[] = [];
    controller.on('problem', ({ message }) => problems.push(message));
    await controller.start();
    const session = await gateway.session(1);
    const answer = async (action: string, count: number, code: string) => {
      const of = () => session.of(3).filter(([, , name]) => name === action);
      const call = await waitFor(() => of()[count - 1]);
      session.send(code === '' ? [4, call[1] as string, {}] : [5, call[1] as string, code, 'no', {}]);
    };
    await answer('slots.changed', 1, '');
    await answer('loss.report', 1, 'UNAVAILABLE');
    await waitFor(() => problems.length === 1);
    clock.advance(10_000);
    await answer('loss.report', 2, 'UNKNOWN_ACTION');
    // The next report is answered after it: by then the refusal has been heard.
    controller.setSubdevice({ id: 'm', state: 'lost' });
    await answer('subdevices.changed', 1, '');
    expect(problems).toHaveLength(1);
    expect(streams.live.losses?.()).toHaveLength(1);
  });
});

describe('a store that was damaged', () => {
  it('is a problem that is told, and the samples go on in new streams', async () => {
    const path = join(folder, 'samples.db');
    const before = sqliteStore(path);
    before.live.append(frame(1));
    before.close();
    await truncate(path, 700);
    store = sqliteStore(path);
    controller = makeController(gateway, { clock, streams: store });
    const problems: Error[] = [];
    controller.on('problem', (problem) => problems.push(problem));
    await controller.start();
    await online(1);
    expect(problems).toMatchObject([{ name: 'StoreDamaged' }]);
  });

  it('while the session stands opens a new one, whose HELLO names the new streams', async () => {
    const path = join(folder, 'samples.db');
    store = sqliteStore(path);
    const rows = Array.from({ length: 100 }, (_, index) => ['a key of some length', index, 0, 1000 + index] as const);
    store.together(() => {
      for (let n = 1; n <= 1000; n += 1) store?.backfill.append({ lane: 1, rows });
    });
    store.close();
    store = sqliteStore(path);
    gateway.credits = 1;
    controller = makeController(gateway, { clock, streams: store });
    await controller.start();
    const session = await online(1);
    writeFileSync(path, Buffer.concat([randomBytes(8192)]), { flag: 'r+' });
    truncateSync(path, 8192);
    controller.report('temp', 5);
    clock.advance(100);
    await waitFor(() => controller.state.link === 'waiting');
    clock.advance(60_000);
    const second = await online(2);
    expect(second.hello.streams.map(({ id }) => id)).not.toEqual(session.hello.streams.map(({ id }) => id));
    await waitFor(() => samples(second).length === 1);
    expect(samples(second)[0]?.slice(0, 3)).toEqual([6, store.live.id, 1]);
  });
});

it('a store that takes nothing any more stops nobody: what it refuses is offered again', async () => {
  const live = memoryStream();
  let isBroken = true;
  const append = live.append.bind(live);
  live.append = (frame) => {
    if (isBroken) throw new Error('the disk is gone');
    return append(frame);
  };
  controller = makeController(gateway, { clock, streams: { live } });
  const problems: string[] = [];
  controller.on('problem', ({ message }) => problems.push(message));
  await controller.start();
  const session = await online(1);
  controller.report('temp', 7);
  clock.advance(100);
  expect(problems).toEqual(['the disk is gone']);
  isBroken = false;
  clock.advance(5000);
  expect(await waitFor(() => session.of(6)[0])).toMatchObject([6, live.id, 1, 0, clock.now() - 5100, [[0, 7, 0, 0]]]);
});

describe('sub-devices', () => {
  it('are in HELLO and in the points, and their changes are told: several at once in one message', async () => {
    controller = makeController(gateway, {
      clock,
      points: [{ key: 'temp', kind: 'analog', subdevice: 'm1' }],
      subdevices: [{ id: 'm1', state: 'online', since: 5000 }, { id: 'm2', state: 'online' }],
    });
    await controller.start();
    const session = await gateway.session(1);
    await waitFor(() => controller.state.link === 'online');
    expect(session.hello.subdevices).toEqual([{ id: 'm1', state: 'online', since: 5000 }, { id: 'm2', state: 'online', since: clock.now() }]);
    expect(session.hello.points).toMatchObject([{ key: 'temp', subdevice: 'm1' }]);
    controller.setSubdevice({ id: 'm1', state: 'online' });
    controller.setSubdevice({ id: 'm2', state: 'lost' });
    const [told] = await waitFor(() => (calls(session, 'subdevices.changed').length > 0 ? calls(session, 'subdevices.changed') : null));
    expect(subdevicesChanged.parse(told).subdevices).toMatchObject([{ id: 'm1', state: 'online' }, { id: 'm2', state: 'lost' }]);
  });

  it('that change while the link is down are in the next HELLO', async () => {
    controller = makeController(gateway, { clock, subdevices: [{ id: 'm1', state: 'online' }] });
    controller.setSubdevice({ id: 'm1', state: 'lost' });
    await controller.start();
    const session = await online(1);
    expect(session.hello.subdevices).toMatchObject([{ id: 'm1', state: 'lost' }]);
    expect(calls(session, 'subdevices.changed')).toEqual([]);
  });
});
