import type { Command, RequestOf } from '@cupola/contracts';
import { type Controller, createController, memoryCredentials } from '@cupola/device-client';
import { waitFor } from '@cupola/testing';
import { expect, it } from 'vitest';
import { afterwards } from '../scene.js';
import { type Box, House } from './house.js';
import { MortalBus } from './mortal-bus.js';

const COPIES = 300;

async function start({ gateway }: House, { id, secret }: Box, keys: readonly string[]): Promise<Controller> {
  const controller = createController({
    gateway,
    credentials: memoryCredentials({ deviceId: id, secret }),
    points: keys.map((key) => ({ key, kind: 'analog', unit: 'degC', writable: true, relinquishDefault: 18 })),
    onWrite: () => undefined,
    random: () => 0,
  });
  afterwards(() => controller.stop());
  await controller.start();
  await waitFor(() => controller.state.link === 'online');
  return controller;
}

/** More rows of a table like those of one point, under the ids of its copies. */
function copyRows(house: House, table: string, of: string, where: string, changes: string): Promise<unknown> {
  return house.query(
    `INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(x, ${changes})).* FROM ${table} x, generate_series(1, ${COPIES}) n WHERE ${where}`,
    [of],
  );
}
const nth = (what: string) => `overlay(overlay(md5('${what}' || n) placing '4' from 13) placing '8' from 17)::uuid`;

it('A21 a controller that lost its arrays gets hundreds of overrides back in one document, whole', async () => {
  const finished = new Set<string>();
  const watched = new MortalBus();
  watched.diesAt = (moment, subject, body) => {
    if (moment === 'answered' && subject === 'slots.changed') for (const { key } of (body as RequestOf<'slots.changed'>).payload.points) finished.add(key);
    return false;
  };
  const house = await House.open(1, 3, (bus) => watched.over(bus));
  const box = await house.install();
  const setpoint = box.points.find(({ key }) => key.endsWith('Zone_Air_Temp_Setpoint'));
  const id = setpoint?.id ?? '';
  const keys = [setpoint?.key ?? '', ...Array.from({ length: COPIES }, (_, index) => `copy ${index + 1}`)];
  await copyRows(house, 'points', id, 'x.id = $1', `jsonb_build_object('id', ${nth('point')}, 'key', 'copy ' || n, 'source_id', 'copy ' || n)`);
  const first = await start(house, box, keys);
  const bound = async () => (await house.query('SELECT FROM channels WHERE controller_id = $1 AND point_id IS NOT NULL', [box.id])).length;
  await waitFor(async () => (await bound()) === COPIES + 1);
  const command = await house.console.post<Command>(`/points/${id}/overrides`, { value: 22, durationMs: 3_600_000, reason: 'too cold' });
  await waitFor(async () => (await house.console.get<Command>(`/commands/${command.id}`)).state === 'EFFECTIVE');
  // A report of the empty arrays that is still under way would read as the release of what follows.
  await waitFor(() => finished.size === keys.length);
  await first.stop();
  const ids = `'point_id', ${nth('point')}`;
  await copyRows(house, 'commands', id, 'x.point_id = $1', `jsonb_build_object('id', ${nth('command')}, ${ids}, 'idempotency_key', null)`);
  await copyRows(house, 'intents', id, 'x.point_id = $1', `jsonb_build_object('command_id', ${nth('command')}, ${ids})`);
  const second = await start(house, box, keys);
  await waitFor(() => second.hosted.every(({ winner, presentValue }) => winner === 8 && presentValue === 22));
  expect(second.hosted).toHaveLength(COPIES + 1);
  expect(await house.query(`SELECT FROM tickets WHERE controller_id = $1 AND audience = 'document' AND consumed_at IS NOT NULL`, [box.id])).toHaveLength(1);
  expect(await house.query('SELECT FROM documents')).toEqual([]);
});
