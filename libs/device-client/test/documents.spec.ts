import type { SlotSet } from '@cupola/contracts';
import { FakeClock, waitFor } from '@cupola/testing';
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryHostStore, type Controller, type OutputWrite } from '../src/index.js';
import { makeController } from './make-controller.js';
import { ScriptedGateway, type ScriptedSession } from './scripted-gateway.js';

const MINUTE = 60_000;
let gateway: ScriptedGateway;
let controller: Controller;
let clock: FakeClock;
let written: OutputWrite[];
let problems: Error[];
let set: SlotSet;
let intended: { level: 8; value: number; commandId: string; remainingMs: number };
beforeEach(async () => {
  gateway = await new ScriptedGateway().listen();
  clock = new FakeClock();
  gateway.now = () => clock.now();
  gateway.heartbeatMs = 60 * MINUTE;
  gateway.welcomeOver = { desiredRev: 7 };
  [written, problems] = [[], []];
  intended = { level: 8, value: 25, commandId: randomUUID(), remainingMs: 60 * MINUTE };
  set = { rev: 7, points: [{ key: 'setpoint', slots: [intended] }] };
  gateway.answers['slots.pull'] = (session, call) => session.announce(call, set);
  controller = makeController(gateway, { clock, host: memoryHostStore(), random: () => 0, onWrite: (write) => void written.push(write) });
  controller.on('problem', (problem) => problems.push(problem));
});
afterEach(async () => {
  await controller.stop();
  await gateway.kill();
});

const of = (session: ScriptedSession, action: string) => session.of(3).filter(([, , name]) => name === action);
const boot = async (): Promise<ScriptedSession> => {
  await controller.start();
  return gateway.session(1);
};
const settled = (session: ScriptedSession) => waitFor(() => of(session, 'slots.changed')[0]);
/** The set as it is, but for the first so many times. */
const spoilt = (times: number, spoil: (session: ScriptedSession, call: unknown[]) => void): void => {
  let left = times;
  gateway.answers['slots.pull'] = (session, call) => {
    left -= 1;
    if (left >= 0) spoil(session, call);
    else session.announce(call, set);
  };
};
/** The question before has failed, and the pause after it is over. */
const nextQuestion = async (session: ScriptedSession, number: number): Promise<void> => {
  await waitFor(() => problems.length === number - 1);
  clock.advance(1_000);
  await waitFor(() => of(session, 'slots.pull').length === number);
};

describe('a set that NOTIFY announces', () => {
  it('is fetched once with a ticket for it, and taken before anything is reported', async () => {
    const session = await boot();
    await settled(session);
    expect(gateway.tickets.map(({ body }) => body)).toMatchObject([{ audience: 'session' }, { audience: 'document', ref: gateway.fetched[0]?.ref }]);
    expect(gateway.fetched).toEqual([{ ref: expect.any(String) as string, authorization: expect.stringMatching(/^Ticket [\w-]{43}$/) as string }]);
    expect(session.of(3).map(([, , action]) => action)).toEqual(['slots.pull', 'slots.changed']);
    expect(controller.hosted).toMatchObject([{ presentValue: 25, slots: [{ commandId: intended.commandId, remainingMs: 60 * MINUTE }] }]);
    expect(problems).toEqual([]);
  });

  it('counts its time from before the question: what is over when the document has come is not taken', async () => {
    let give = (): void => undefined;
    gateway.giveDocument = (response, text) => (give = () => void response.writeHead(200).end(text));
    set.points[0]?.slots.push({ ...intended, level: 10, commandId: randomUUID(), remainingMs: 4_000 } as never);
    const session = await boot();
    await waitFor(() => gateway.fetched.length === 1);
    clock.advance(4_000);
    give();
    await settled(session);
    expect(controller.hosted).toMatchObject([{ slots: [{ level: 8, remainingMs: 60 * MINUTE - 4_000 }] }]);
  });

  it('holds commands back while it is fetched, and those that get too old meanwhile are not carried out', async () => {
    let give = (): void => undefined;
    gateway.giveDocument = (response, text) => (give = () => void response.writeHead(200).end(text));
    const session = await boot();
    await waitFor(() => gateway.fetched.length === 1);
    const operations = [{ operation: 'write', level: 8, value: 29, commandId: randomUUID(), remainingMs: MINUTE }];
    const late = session.call('slot.apply', { key: 'setpoint', operations }, { ttlMs: 2_000 });
    session.send([9, 1, 1]);
    await waitFor(() => session.of(10).length === 1);
    clock.advance(2_001);
    give();
    expect(await late).toMatchObject({ 0: 5, 2: 'DELIVERY_EXPIRED' });
    expect(controller.hosted).toMatchObject([{ presentValue: 25 }]);
  });

  it('is void with its session: a document that comes after it is not taken, and the next WELCOME asks anew', async () => {
    let give = (): void => undefined;
    gateway.giveDocument = (response, text) => (give = () => void response.writeHead(200).end(text));
    const session = await boot();
    await waitFor(() => gateway.fetched.length === 1);
    session.socket.terminate();
    await waitFor(() => controller.state.link === 'waiting');
    give();
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('link was lost')]);
    expect(controller.hosted).toMatchObject([{ slots: [] }]);
    set = { rev: 8, points: [{ key: 'setpoint', slots: [{ ...intended, value: 23 }] }] };
    gateway.answers['slots.pull'] = (next, call) => next.send([4, call[1] as string, set]);
    clock.advance(MINUTE);
    await settled(await gateway.session(2));
    expect(written.map(({ value }) => value)).toEqual([20, 23]);
  });
});

it('a gateway that has too much to do is asked for the set again when it said, and not before', async () => {
  spoilt(1, (session, call) => {
    gateway.ticketAnswer = { status: 503, headers: { 'retry-after': '5' } };
    session.announce(call, set);
  });
  const session = await boot();
  await waitFor(() => problems.length === 1);
  gateway.ticketAnswer = { status: 201 };
  clock.advance(4_999);
  session.send([9, 1, 1]);
  await waitFor(() => session.of(10).length === 1);
  expect(of(session, 'slots.pull')).toHaveLength(1);
  clock.advance(1);
  await settled(session);
  expect(controller.hosted).toMatchObject([{ presentValue: 25 }]);
});

/** What may be wrong with a document, and what it is called. */
const FAULTS: [string, string, (session: ScriptedSession, call: unknown[]) => void][] = [
  ['has another digest than was announced', 'WRONG_DIGEST', (session, call) => session.announce(call, set, { sha256: 'a'.repeat(64) })],
  ['is shorter than was announced', 'WRONG_SIZE', (session, call) => session.announce(call, set, { size: 5_000 })],
  ['is longer than was announced', 'WRONG_SIZE', (session, call) => session.announce(call, set, { size: 5 })],
  ['no NOTIFY announced', 'NOT_ANNOUNCED', (session, call) => session.announce(call, set, null)],
  ['is of a size that no controller takes', 'NOT_ANNOUNCED', (session, call) => session.announce(call, set, { size: 2 ** 30 })],
  ['was fetched by somebody else', 'NOT_GIVEN', (session, call) => (session.announce(call, set), gateway.documents.clear())],
  ['breaks off', 'CUT_OFF', (session, call) => {
    const whole = gateway.giveDocument;
    gateway.giveDocument = (response, text) => {
      gateway.giveDocument = whole;
      cutOff(response, text);
    };
    session.announce(call, set);
  }],
];
const cutOff = (response: ServerResponse, text: string): void => {
  response.writeHead(200, { 'content-length': Buffer.byteLength(text) }).write(text.slice(0, 20), () => response.socket?.destroy());
};

describe.each(FAULTS)('a document that %s', (_, code, spoil) => {
  it('A20 is not taken; the set is asked for anew, and then taken', async () => {
    spoilt(1, spoil);
    const session = await boot();
    await nextQuestion(session, 2);
    await settled(session);
    expect(of(session, 'slots.pull')).toHaveLength(2);
    expect(controller.hosted).toMatchObject([{ presentValue: 25, slots: [{ commandId: intended.commandId }] }]);
    expect(written).toEqual([{ key: 'setpoint', value: 20, level: null }, { key: 'setpoint', value: 25, level: 8 }]);
  });

  it('A20 makes nothing look released: no slot is told of and none is written until the set could be had, however long that takes', async () => {
    spoilt(4, spoil);
    const session = await boot();
    await nextQuestion(session, 2);
    await nextQuestion(session, 3);
    await waitFor(() => problems.length === 3);
    const operations = [{ operation: 'write', level: 8, value: 29, commandId: randomUUID(), remainingMs: MINUTE }];
    expect(await session.call('slot.apply', { key: 'setpoint', operations })).toMatchObject({ 0: 5, 2: 'SLOTS_UNKNOWN' });
    expect(await session.call('point.read', { key: 'setpoint' })).toMatchObject({ 0: 5, 2: 'SLOTS_UNKNOWN' });
    clock.advance(30_000);
    await waitFor(() => problems.length === 4);
    expect(problems).toMatchObject([1, 2, 3, 4].map(() => ({ name: 'DocumentRefusal', code })));
    expect(of(session, 'slots.changed')).toEqual([]);
    expect(written).toEqual([{ key: 'setpoint', value: 20, level: null }]);
    clock.advance(30_000);
    const [, , , payload] = await settled(session);
    expect(payload).toMatchObject({ points: [{ key: 'setpoint', slots: [{ commandId: intended.commandId }], presentValue: 25 }] });
    expect(await session.call('point.read', { key: 'setpoint' })).toMatchObject([4, expect.anything(), { presentValue: 25 }]);
  });
});
