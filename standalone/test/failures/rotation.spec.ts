import { createHash } from 'node:crypto';
import { type Controller, createController, type Credential } from '@cupola/device-client';
import { FakeClock, waitFor } from '@cupola/testing';
import { expect, it } from 'vitest';
import { afterwards } from '../scene.js';
import { type Box, House } from './house.js';
import { MortalBus, type Moment } from './mortal-bus.js';

const isRotation = (subject: string, body: unknown): boolean => subject === 'gateway.<gatewayId>.call' && (body as { action: string }).action === 'credential.rotate';
const STEPS: [string, (moment: Moment, subject: string, body: unknown) => boolean][] = [
  ['the next secret was made, before the controller hears of it', (moment, subject, body) => moment === 'asking' && isRotation(subject, body)],
  ['the controller keeps it, before the server hears of that', (moment, subject, body) => moment === 'asked' && isRotation(subject, body)],
  ['the server noted that, before the session is closed', (moment, subject) => moment === 'publishing' && subject === 'sessions.revoked'],
];

/** A controller on a clock of its own, with what it keeps of its secrets. */
async function start(house: House, { id: deviceId, secret, sensor }: Box): Promise<{ controller: Controller; clock: FakeClock; kept: () => Credential }> {
  let held: Credential = { deviceId, secret };
  const clock = new FakeClock(Date.now());
  const controller = createController({
    gateway: house.gateway,
    credentials: { load: () => Promise.resolve(held), save: (next) => Promise.resolve(void (held = next)) },
    points: [{ key: sensor.key, kind: 'analog', ...(sensor.unit === null ? {} : { unit: sensor.unit }) }],
    random: () => 0,
    clock,
  });
  afterwards(() => controller.stop());
  await controller.start();
  await waitFor(() => controller.state.link === 'online');
  return { controller, clock, kept: () => held };
}

/** Waits until the controller is online again with a secret that stands alone; its waiting costs no time. */
async function settled(house: House, box: Box, { controller, clock, kept }: Awaited<ReturnType<typeof start>>): Promise<void> {
  await waitFor(async () => {
    const { link, retryInMs } = controller.state;
    if (link === 'waiting') clock.advance(retryInMs ?? 0);
    const [row] = await house.query<{ secret_hash: Buffer; is_over: boolean }>('SELECT secret_hash, rotation_salt IS NULL AS is_over FROM controllers WHERE id = $1', [box.id]);
    const { secret, next } = kept();
    return link === 'online' && row?.is_over === true && next === undefined && secret !== box.secret && row.secret_hash.equals(createHash('sha256').update(secret).digest());
  }, { timeoutMs: 120_000 });
}

const ticketStatus = async (house: House, id: string, secret: string): Promise<number> => {
  const headers = { authorization: `Basic ${btoa(`${id}:${secret}`)}`, 'content-type': 'application/json' };
  return (await fetch(`${house.gateway}/device/v1/tickets`, { method: 'POST', headers, body: JSON.stringify({ protocols: ['cupola.v1.json'], bootId: 'b' }) })).status;
};

it.each(STEPS)('a new secret survives that backend dies when %s', async (_, diesAt) => {
  const mortal = new MortalBus();
  const house = await House.open(1, 1, (bus) => mortal.over(bus));
  const box = await house.install();
  const running = await start(house, box);
  mortal.diesAt = diesAt;
  await house.console.post(`/controllers/${box.id}/rotate`);
  await waitFor(() => mortal.isDead);
  await house.replaceBackend();
  await settled(house, box, running);
  expect(await ticketStatus(house, box.id, running.kept().secret)).toBe(201);
  expect(await ticketStatus(house, box.id, box.secret)).toBe(401);
});

it('a new secret survives that backend dies when it was used, before the controller hears of that', async () => {
  const mortal = new MortalBus();
  const house = await House.open(1, 1, (bus) => mortal.over(bus));
  const box = await house.install();
  const running = await start(house, box);
  mortal.diesAt = (moment, subject, body) => moment === 'answered' && subject === 'tickets.issue' && (body as { secret: string }).secret !== box.secret;
  await house.console.post(`/controllers/${box.id}/rotate`);
  await waitFor(() => {
    if (running.controller.state.link === 'waiting') running.clock.advance(running.controller.state.retryInMs ?? 0);
    return mortal.isDead;
  });
  await house.replaceBackend();
  await settled(house, box, running);
  expect(await ticketStatus(house, box.id, running.kept().secret)).toBe(201);
  expect(await ticketStatus(house, box.id, box.secret)).toBe(401);
});
