import type { Command, EventOf } from '@cupola/contracts';
import { type Controller, createController, memoryCredentials } from '@cupola/device-client';
import type { MessageBus } from '@cupola/messaging';
import { waitFor } from '@cupola/testing';
import { describe, expect, it } from 'vitest';
import { afterwards } from '../scene.js';
import { type Box, House } from './house.js';
import { ticketFor, WiredController } from './wired-controller.js';
import { withRequest } from './with-request.js';

const SUPERSEDED = 4500;
const TAKEOVERS = 2;

/** How the controller's sessions ended, oldest first; null while one is open. */
async function endsOf(house: House, box: Box): Promise<(number | null)[]> {
  const rows = await house.query<{ end_code: number | null }>('SELECT end_code FROM controller_sessions WHERE controller_id = $1 ORDER BY epoch', [box.id]);
  return rows.map(({ end_code: code }) => code);
}

describe.each([
  ['one node', 1],
  ['two nodes', 2],
])('on %s', (_, nodes) => {
  it('F1 a half-open old session does not hold the controller up that comes back', async () => {
    const house = await House.open(nodes);
    const box = await house.install();
    const old = await WiredController.open(house.gateway, box);
    await old.hello();
    old.freeze();
    const young = await WiredController.open(house.gateways.at(-1)?.url ?? '', box);
    expect(await young.hello()).toMatchObject({ status: 'accepted' });
    // Not because the old one was given up for its silence: that takes a minute.
    await waitFor(async () => (await endsOf(house, box))[0] === SUPERSEDED);
    young.data(1, [[0, 21, 0, 0]]);
    await young.acked(1);
    expect(await house.link(box.id)).toMatchObject({ link: 'online' });
    expect((await endsOf(house, box)).at(-1)).toBeNull();
  });

  it('F3 connects of one controller at the same time leave exactly one live socket', async () => {
    const house = await House.open(nodes);
    const box = await house.install();
    const gateways = [0, 1, 2].map((index) => house.gateways[index % nodes]?.url ?? '');
    const tickets = await Promise.all(gateways.map((gateway) => ticketFor(gateway, box)));
    const sessions = await Promise.all(tickets.map((ticket, index) => WiredController.with(gateways[index] ?? '', box, ticket)));
    await waitFor(() => sessions.filter(({ isGone, closeCode }) => !isGone && closeCode === null).length === 1);
    const survivor = sessions.find(({ isGone, closeCode }) => !isGone && closeCode === null);
    expect(await survivor?.hello()).toMatchObject({ status: 'accepted' });
    expect(sessions.filter(({ closeCode }) => closeCode === SUPERSEDED)).toHaveLength(2);
    expect((await endsOf(house, box)).filter((code) => code === null)).toHaveLength(1);
  });

  it('F5 each takeover shows one offline/online pair at most, and never offline after online, whatever came before', async () => {
    const house = await House.open(nodes);
    const box = await house.install();
    const told: EventOf<'live.controllers'>['link'][] = [];
    const stop = await house.bus.subscribe('live.controllers', ({ controllerId, link }) => void (controllerId === box.id && told.push(link)));
    afterwards(() => stop());
    let old = await WiredController.open(house.gateway, box);
    await old.hello();
    await waitFor(() => told.at(-1) === 'online');
    for (let takeover = 1; takeover <= TAKEOVERS; takeover += 1) {
      const before = told.length - 1;
      // Half-open every other time: its end comes late, when the young one has long been online.
      if (takeover % 2 === 0) old.freeze();
      const young = await WiredController.open(house.gateways[takeover % nodes]?.url ?? '', box);
      await young.hello([{ id: 'live', oldest: takeover, next: takeover }]);
      young.data(takeover, [[0, 21, 0, 0]]);
      await young.acked(takeover);
      await waitFor(async () => (await endsOf(house, box))[takeover - 1] === SUPERSEDED);
      if (takeover % 2 === 1) await waitFor(() => old.isGone);
      expect(await house.link(box.id)).toMatchObject({ link: 'online' });
      const since = told.slice(before);
      expect(['online', 'online offline online']).toContain(since.filter((link, index) => link !== since[index - 1]).join(' '));
      old = young;
    }
    expect((await endsOf(house, box)).filter((code) => code === null)).toHaveLength(1);
  });
});

/** A bus on which the ends of sessions wait until they are released. */
function holdEnds(bus: MessageBus): { bus: MessageBus; held: () => number; release: () => void } {
  let open: () => void = () => undefined;
  let held = 0;
  const barrier = new Promise<void>((resolve) => (open = resolve));
  const request: MessageBus['request'] = async (subject, ...rest) => {
    if (subject === 'sessions.ended') {
      held += 1;
      await barrier;
    }
    return bus.request(subject, ...rest);
  };
  return { bus: withRequest(bus, request), held: () => held, release: () => open() };
}

async function start(gateway: string, { id, secret, points }: Box, written: number[]): Promise<Controller> {
  const controller = createController({
    gateway,
    credentials: memoryCredentials({ deviceId: id, secret }),
    points: points.map(({ key, kind, unit, writable }) => ({ key, kind, writable, ...(unit === null ? {} : { unit }), ...(writable ? { relinquishDefault: 0 } : {}) })),
    onWrite: ({ value }) => void written.push(value),
    random: () => 0,
  });
  afterwards(() => controller.stop());
  await controller.start();
  await waitFor(() => controller.state.link === 'online');
  return controller;
}

it('F2 the cleanup of session A that comes after B was installed leaves B alone, and B gets each command once', async () => {
  const house = await House.open(1);
  const slow = holdEnds(house.bus);
  const first = await house.addGateway(slow.bus);
  const box = await house.install();
  const old = await WiredController.open(first.url, box);
  await old.hello();
  old.vanish();
  await waitFor(() => slow.held() === 1);
  const written: number[] = [];
  await start(house.gateway, box, written);
  slow.release();
  await waitFor(async () => (await endsOf(house, box))[0] !== null);
  expect(await house.link(box.id)).toMatchObject({ link: 'online' });
  const setpoint = box.points.find(({ key }) => key.endsWith('Zone_Air_Temp_Setpoint'));
  const { id } = await house.console.post<Command>(`/points/${setpoint?.id}/overrides`, { value: 22, durationMs: 600_000, reason: 'too cold' });
  await waitFor(async () => (await house.console.get<Command>(`/commands/${id}`)).state === 'EFFECTIVE');
  expect(written.filter((value) => value === 22)).toHaveLength(1);
});
