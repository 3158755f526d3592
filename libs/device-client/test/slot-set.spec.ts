import { slotsChanged, type SlotSet } from '@cupola/contracts';
import { FakeClock, waitFor } from '@cupola/testing';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryHostStore, type Controller, type ControllerOptions, type HostStore, type OutputWrite } from '../src/index.js';
import { makeController, POINTS } from './make-controller.js';
import { ScriptedGateway, type ScriptedSession } from './scripted-gateway.js';

const MINUTE = 60_000;
let gateway: ScriptedGateway;
let controller: Controller;
let clock: FakeClock;
let host: HostStore;
let written: OutputWrite[];
let set: SlotSet;
beforeEach(async () => {
  gateway = await new ScriptedGateway().listen();
  clock = new FakeClock();
  gateway.now = () => clock.now();
  gateway.heartbeatMs = 60 * MINUTE;
  host = memoryHostStore();
  written = [];
  set = { rev: 0, points: [] };
  gateway.answers['slots.pull'] = (session, call) => session.send([4, call[1] as string, set]);
});
afterEach(async () => {
  await controller.stop();
  await gateway.kill();
});

const entry = (value: number, over = {}) => ({ level: 8 as const, value, commandId: randomUUID(), remainingMs: MINUTE, ...over });
/** A set with these slots for `setpoint`. */
const intend = (rev: number, ...slots: ReturnType<typeof entry>[]): void => {
  gateway.welcomeOver = { desiredRev: rev };
  set = { rev, points: [{ key: 'setpoint', slots }] };
};
const of = (session: ScriptedSession, action: string) => session.of(3).filter(([, , name]) => name === action);
async function boot(over: Partial<ControllerOptions> = {}): Promise<ScriptedSession> {
  const count = gateway.sessions.length + 1;
  controller = makeController(gateway, { clock, host, onWrite: (write) => void written.push(write), ...over });
  await controller.start();
  return gateway.session(count);
}
/** Everything is asked and taken, and what the host holds was told. */
const settled = (session: ScriptedSession) => waitFor(() => of(session, 'slots.changed')[0]);
const restart = async (over: Partial<ControllerOptions> = {}) => {
  await controller.stop();
  written = [];
  return boot(over);
};
const write = (value: number, commandId = randomUUID(), over = {}) => ({ key: 'setpoint', operations: [{ operation: 'write', level: 8, value, commandId, remainingMs: MINUTE, ...over }] });
const apply = (session: ScriptedSession, value: number, commandId = randomUUID(), over = {}) => session.call('slot.apply', write(value, commandId, over), { key: commandId });

describe('a host whose arrays did not survive', () => {
  it('gets what is intended back for the time that is left, before it tells what it holds', async () => {
    const intended = entry(25);
    intend(7, intended);
    const session = await boot();
    const [, , , payload] = await settled(session);
    expect(session.of(3).map(([, , action]) => action)).toEqual(['slots.pull', 'slots.changed']);
    expect(slotsChanged.parse(payload).points).toMatchObject([{ winner: 8, presentValue: 25, slots: [{ level: 8, commandId: intended.commandId, remainingMs: MINUTE }] }]);
    expect(written).toEqual([{ key: 'setpoint', value: 20, level: null }, { key: 'setpoint', value: 25, level: 8 }]);
    clock.advance(MINUTE);
    await waitFor(() => written.at(-1)?.value === 20);
  });

  it('counts the time that the answer took: nothing lasts longer, and what is over by then is not taken', async () => {
    const [long, short] = [entry(25), entry(22, { level: 10 as never, remainingMs: 4000 })];
    intend(7, long, short);
    let answer = (): void => undefined;
    gateway.answers['slots.pull'] = (session, call) => (answer = () => session.send([4, call[1] as string, set]));
    const session = await boot();
    await waitFor(() => of(session, 'slots.pull').length === 1);
    clock.advance(4000);
    answer();
    await settled(session);
    expect(controller.hosted).toMatchObject([{ slots: [{ commandId: long.commandId, remainingMs: MINUTE - 4000 }] }]);
  });

  it('holds commands back meanwhile: what was released since is not taken up again', async () => {
    const intended = entry(25);
    intend(7, intended);
    let answer = (): void => undefined;
    gateway.answers['slots.pull'] = (session, call) => (answer = () => session.send([4, call[1] as string, set]));
    const session = await boot();
    await waitFor(() => of(session, 'slots.pull').length === 1);
    const release = session.call('slot.apply', { key: 'setpoint', operations: [{ operation: 'release', level: 8, value: null, commandId: intended.commandId, remainingMs: null }] });
    session.send([9, 1, 1]);
    await waitFor(() => session.of(10).length === 1);
    expect(controller.hosted).toMatchObject([{ slots: [] }]);
    answer();
    expect(await release).toMatchObject([4, expect.anything(), { slots: [], presentValue: 20 }]);
    await settled(session);
    expect(controller.hosted).toMatchObject([{ slots: [], presentValue: 20 }]);
  });

  it('does not carry out a command that got too old while it waited', async () => {
    intend(7, entry(25));
    let answer = (): void => undefined;
    gateway.answers['slots.pull'] = (session, call) => (answer = () => session.send([4, call[1] as string, set]));
    const session = await boot();
    await waitFor(() => of(session, 'slots.pull').length === 1);
    const late = session.call('slot.apply', write(29), { ttlMs: 2000 });
    session.send([9, 1, 1]);
    await waitFor(() => session.of(10).length === 1);
    clock.advance(2001);
    answer();
    expect(await late).toMatchObject({ 0: 5, 2: 'DELIVERY_EXPIRED' });
    expect(controller.hosted).toMatchObject([{ presentValue: 25 }]);
  });

  it('takes all of it, and starts its outputs one after the other', async () => {
    const keys = ['a', 'b', 'c'];
    set = { rev: 9, points: keys.map((key) => ({ key, slots: [entry(25)] })) };
    gateway.welcomeOver = { desiredRev: 9 };
    const session = await boot({ points: keys.map((key) => ({ ...POINTS[1], key })) });
    await waitFor(() => written.length === 4);
    expect(controller.hosted.map(({ winner }) => winner)).toEqual([8, 8, 8]);
    expect(of(session, 'slots.changed')).toEqual([]);
    clock.advance(250);
    await waitFor(() => written.length === 5);
    clock.advance(250);
    await settled(session);
    expect(written.slice(3)).toEqual(keys.map((key) => ({ key, value: 25, level: 8 })));
  });

  it('does not pause any more when it is stopped: every output gets its value', async () => {
    const keys = ['a', 'b', 'c'];
    set = { rev: 9, points: keys.map((key) => ({ key, slots: [entry(25)] })) };
    gateway.welcomeOver = { desiredRev: 9 };
    await boot({ points: keys.map((key) => ({ ...POINTS[1], key })) });
    await waitFor(() => written.length === 4);
    await controller.stop();
    expect(written.slice(3).map(({ key, value }) => [key, value])).toEqual([['a', 25], ['b', 25], ['c', 25]]);
  });

  it('takes nothing when the link is lost in between, and asks again in the next session', async () => {
    intend(7, entry(25));
    const give = gateway.answers['slots.pull'];
    gateway.answers['slots.pull'] = (session) => session.socket.terminate();
    await boot({ random: () => 0 });
    await waitFor(() => controller.state.link === 'waiting');
    expect(controller.hosted).toMatchObject([{ slots: [] }]);
    gateway.answers['slots.pull'] = give ?? (() => undefined);
    clock.advance(MINUTE);
    await settled(await gateway.session(2));
    expect(controller.hosted).toMatchObject([{ presentValue: 25 }]);
  });

  it('takes nothing that came after it stopped waiting, tells nothing of its slots meanwhile, and asks again', async () => {
    intend(7, entry(25));
    let answer = (): void => undefined;
    gateway.answers['slots.pull'] = (session, call) => (answer = () => session.send([4, call[1] as string, set]));
    const session = await boot();
    const problem = new Promise<Error>((resolve) => controller.once('problem', resolve));
    await waitFor(() => of(session, 'slots.pull').length === 1);
    clock.advance(10_000);
    expect((await problem).message).toContain('slots.pull');
    answer();
    expect(await session.call('point.read', { key: 'setpoint' })).toMatchObject({ 0: 5, 2: 'SLOTS_UNKNOWN' });
    expect(of(session, 'slots.changed')).toEqual([]);
    clock.advance(30_000);
    await waitFor(() => of(session, 'slots.pull').length === 2);
    answer();
    await settled(session);
    expect(controller.hosted).toMatchObject([{ presentValue: 25 }]);
  });

  it.each([
    ['it cannot keep', MINUTE, { load: () => host.load(), save: (state) => ((state.rev ?? 0) > 0 ? Promise.reject(new Error('disk full')) : host.save(state)) }],
    ['is malformed', -5, undefined],
  ] satisfies [string, number, HostStore | undefined][])('takes nothing that %s, and tells nothing of its slots then', async (_, remainingMs, store) => {
    intend(7, entry(25, { remainingMs }));
    const session = await boot({ host: store ?? host });
    await waitFor(() => of(session, 'slots.pull').length === 1);
    expect(await session.call('point.read', { key: 'setpoint' })).toMatchObject({ 0: 5, 2: 'SLOTS_UNKNOWN' });
    expect(of(session, 'slots.changed')).toEqual([]);
    expect(controller.hosted).toMatchObject([{ slots: [], presentValue: 20 }]);
  });

  it('takes nothing for levels and points that are not the server\'s', async () => {
    intend(7, entry(25, { level: 5 as never }), entry(26, { remainingMs: null as never }));
    set.points.push({ key: 'temp', slots: [entry(1)] }, { key: 'unknown', slots: [entry(1)] });
    await settled(await boot());
    expect(controller.hosted).toMatchObject([{ slots: [], presentValue: 20 }]);
  });
});

describe('a host that remembers', () => {
  it('does not ask when it is not behind, and does not ask twice for the same', async () => {
    intend(7, entry(25));
    await settled(await boot());
    const again = await restart();
    await settled(again);
    expect(of(again, 'slots.pull')).toEqual([]);
    expect(controller.hosted).toMatchObject([{ presentValue: 25 }]);
  });

  it('leaves alone what it holds, and never takes up again what it has let go of', async () => {
    const [ended, released, replaced] = [randomUUID(), randomUUID(), randomUUID()];
    const first = await boot();
    await settled(first);
    await apply(first, 21, ended, { remainingMs: 1000 });
    clock.advance(1000);
    await waitFor(() => controller.hosted[0]?.slots.length === 0);
    await apply(first, 22, released, { level: 10 });
    await first.call('slot.apply', { key: 'setpoint', operations: [{ operation: 'release', level: 10, value: null, commandId: released, remainingMs: null }] });
    await apply(first, 23, replaced, { level: 13 });
    const held = randomUUID();
    await apply(first, 24, held, { level: 13 });
    intend(7, entry(21, { commandId: ended }), entry(22, { level: 10 as never, commandId: released }), entry(23, { level: 13 as never, commandId: replaced }));
    await settled(await restart());
    expect(controller.hosted).toMatchObject([{ slots: [{ level: 13, value: 24, commandId: held }] }]);
  });
});

describe('a host that does not know how long it was off', () => {
  const off = async (): Promise<string> => {
    const commandId = randomUUID();
    const session = await boot({ keepsTime: false });
    await settled(session);
    await apply(session, 25, commandId);
    return commandId;
  };
  const ended = (session: ScriptedSession) => of(session, 'slots.changed').flatMap(([, , , payload]) => slotsChanged.parse(payload).ended);

  it('takes up again what the server says is not over', async () => {
    const commandId = await off();
    intend(7, entry(25, { commandId, remainingMs: 30_000 }));
    const session = await restart({ keepsTime: false });
    await settled(session);
    expect(written).toEqual([{ key: 'setpoint', value: 20, level: null }, { key: 'setpoint', value: 25, level: 8 }]);
    expect(controller.hosted).toMatchObject([{ slots: [{ commandId, remainingMs: 30_000 }] }]);
    expect(ended(session)).toEqual([]);
  });

  it.each([
    ['intends nothing', () => undefined],
    ['intends something else', () => intend(7, entry(28, { level: 10 as never }))],
  ])('ends it when the server %s', async (_, script) => {
    const commandId = await off();
    script();
    const session = await restart({ keepsTime: false });
    await settled(session);
    expect(ended(session)).toEqual([commandId]);
    expect(controller.hosted[0]?.slots.map((slot) => slot.commandId)).not.toContain(commandId);
  });

  it('neither ends it nor tells of it while the server refuses to say', async () => {
    const commandId = await off();
    intend(7, entry(25, { commandId, remainingMs: 30_000 }));
    const say = gateway.answers['slots.pull'] ?? (() => undefined);
    const refused = new Promise<void>((resolve) => {
      gateway.answers['slots.pull'] = (session, call) => (session.send([5, call[1] as string, 'CONTROLLER_NOT_ACTIVE', 'held', {}]), resolve());
    });
    const session = await restart({ keepsTime: false });
    await refused;
    expect(await session.call('point.read', { key: 'setpoint' })).toMatchObject({ 0: 5, 2: 'SLOTS_UNKNOWN' });
    expect(of(session, 'slots.changed')).toEqual([]);
    gateway.answers['slots.pull'] = say;
    clock.advance(30_000);
    await settled(session);
    expect(ended(session)).toEqual([]);
    expect(controller.hosted).toMatchObject([{ slots: [{ commandId }] }]);
  });
});
