import type { Command, User } from '@cupola/contracts';
import { type Controller, createController, memoryCredentials } from '@cupola/device-client';
import { waitFor } from '@cupola/testing';
import { expect, it } from 'vitest';
import { PASSWORD } from '../chaos/operator-console.js';
import { afterwards } from '../scene.js';
import { ConsolePage } from './console-page.js';
import { type Box, House } from './house.js';
import { ticketFor, WiredController } from './wired-controller.js';

const REVOKED = 4501;
const setpointOf = ({ points }: Box) => {
  const found = points.find(({ key }) => key.endsWith('Zone_Air_Temp_Setpoint'));
  if (found === undefined) throw new Error('the box has no setpoint');
  return found;
};

/** The box's setpoint behind a controller; `written` is what its output was given. */
async function serve(house: House, box: Box): Promise<{ controller: Controller; written: number[] }> {
  const written: number[] = [];
  const { key, kind, unit } = setpointOf(box);
  const controller = createController({
    gateway: house.gateway,
    credentials: memoryCredentials({ deviceId: box.id, secret: box.secret }),
    points: [{ key, kind, writable: true, relinquishDefault: 18, ...(unit === null ? {} : { unit }) }],
    onWrite: ({ value }) => void written.push(value),
    random: () => 0,
  });
  afterwards(() => controller.stop());
  await controller.start();
  await waitFor(() => controller.state.link === 'online');
  return { controller, written };
}

const reaches = (house: House, id: string, state: Command['state']) => waitFor(async () => (await house.console.get<Command>(`/commands/${id}`)).state === state);

/** A command that certainly comes after everything that was under way has had its turn. */
async function overrideWith(house: House, box: Box, value: number): Promise<void> {
  const { id } = await house.console.post<Command>(`/points/${setpointOf(box).id}/overrides`, { value, durationMs: 600_000, reason: 'too cold' });
  await reaches(house, id, 'EFFECTIVE');
}

it('F13 a revoked controller is out on whichever node it is, with every ticket that it holds', async () => {
  const house = await House.open(2);
  const [box, other] = [await house.install(), await house.install()];
  const [first = '', second = ''] = house.gateways.map(({ url }) => url);
  const [revoked, bystander] = [await WiredController.open(second, box), await WiredController.open(second, other)];
  await Promise.all([revoked.hello(), bystander.hello()]);
  const [ticket, list] = [await ticketFor(first, box), await ticketFor(first, box, 'points')];
  await house.console.post(`/controllers/${box.id}/revoke`, { reason: 'stolen' });
  await waitFor(() => revoked.closeCode === REVOKED);
  for (const gateway of [first, second]) {
    await expect(ticketFor(gateway, box)).rejects.toThrow('401');
    await expect(WiredController.with(gateway, box, ticket)).rejects.toThrow('not opened');
    const put = await fetch(`${gateway}/device/v1/points`, { method: 'PUT', headers: { authorization: `Ticket ${list}`, 'content-type': 'application/json' }, body: '{"points":[]}' });
    expect(put.status).toBe(401);
  }
  bystander.data(1, [[0, 21, 0, 0]]);
  await bystander.acked(1);
  expect(bystander.closeCode).toBeNull();
});

it('F13 a disabled user loses every page and every right, others none', async () => {
  const house = await House.open();
  const box = await house.install();
  const { written } = await serve(house, box);
  const grants = [{ role: 'operator', scope: 'all', scopeId: null }];
  const user = await house.console.post<User>('/users', { username: 'olga', name: 'Olga', password: PASSWORD, grants });
  const [one, two, admin] = [await ConsolePage.open(house.backend.url, 'olga', PASSWORD), await ConsolePage.open(house.backend.url, 'olga', PASSWORD), await ConsolePage.open(house.backend.url, 'admin', PASSWORD)];
  await house.console.ask('PATCH', `/users/${user.id}`, { body: { disabled: true } });
  await waitFor(() => !one.isConnected && !two.isConnected);
  for (const page of [one, two]) expect(await page.override(setpointOf(box).id, 25)).toMatchObject({ status: 401 });
  await expect(ConsolePage.open(house.backend.url, 'olga', PASSWORD)).rejects.toThrow();
  expect(admin.isConnected).toBe(true);
  await overrideWith(house, box, 22);
  expect(written).toEqual([18, 22]);
});

it('F13 a setpoint that was clicked offline never reaches the controller, whichever side was offline', async () => {
  const house = await House.open();
  const box = await house.install();
  const { controller, written } = await serve(house, box);
  const page = await ConsolePage.open(house.backend.url, 'admin', PASSWORD);
  const { epoch } = page;
  page.socket.disconnect();
  const back = await ConsolePage.open(house.backend.url, 'admin', PASSWORD);
  // The server may be a moment behind: until it has noticed, what is clicked is what the output shows anyway.
  await waitFor(async () => (await page.override(setpointOf(box).id, 18)).body.code === 'STALE_EPOCH');
  expect(await page.override(setpointOf(box).id, 25)).toMatchObject({ status: 409, body: { code: 'STALE_EPOCH' } });
  expect(back.epoch).not.toBe(epoch);
  await controller.stop();
  await waitFor(async () => (await house.link(box.id)).link === 'offline');
  const offline = await back.override(setpointOf(box).id, 26);
  if (offline.status < 300) await reaches(house, offline.body.id, 'OFFLINE');
  else expect(offline.body.code).toBe('CONTROLLER_OFFLINE');
  await controller.start();
  await waitFor(() => controller.state.link === 'online');
  await overrideWith(house, box, 22);
  expect(written.filter((value) => value !== 18)).toEqual([22]);
});
