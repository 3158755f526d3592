import { createController, type Controller, memoryCredentials, memoryStream } from '@cupola/device-client';
import type { PointDetail } from '@cupola/contracts';
import { BusTimeout, type MessageBus } from '@cupola/messaging';
import { waitFor } from '@cupola/testing';
import pg from 'pg';
import { expect, it } from 'vitest';
import { afterwards } from '../scene.js';
import { type Box, House } from './house.js';
import { WiredController } from './wired-controller.js';
import { withRequest } from './with-request.js';

const present = (house: House, box: Box) => house.console.get<PointDetail>(`/points/${box.sensor.id}`);
const values = async (house: House, box: Box) => (await house.samples(box.sensor.id)).map(([, value]) => value);

it('F10 a reboot in the middle of a backfill doubles no row and loses none', async () => {
  const house = await House.open();
  const box = await house.install();
  const streams = { live: memoryStream(), backfill: memoryStream() };
  const start = async (): Promise<Controller> => {
    const { key, unit } = box.sensor;
    const points = [{ key, kind: 'analog' as const, ...(unit === null ? {} : { unit }) }];
    const controller = createController({ gateway: house.gateway, credentials: memoryCredentials({ deviceId: box.id, secret: box.secret }), points, streams, random: () => 0 });
    afterwards(() => controller.stop());
    await controller.start();
    return controller;
  };
  // What was measured while the link was down: hundreds of frames, more than the credits of several rounds.
  for (let value = 0; value < 400; value += 1) streams.backfill.append({ lane: 1, rows: [[box.sensor.key, value, 0, Date.now() - 600_000 + value]] });
  const first = await start();
  await waitFor(() => first.unacknowledged < 400);
  await first.stop();
  const second = await start();
  await waitFor(() => second.unacknowledged === 0);
  expect((await values(house, box)).toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 400 }, (_, value) => value));
});

it('F10 a frame whose ack was lost is sent again and stored once', async () => {
  const house = await House.open();
  const box = await house.install();
  const first = await WiredController.open(house.gateway, box);
  await first.hello();
  first.freeze();
  first.data(1, [[0, 21, 0, 0]]);
  await waitFor(async () => (await values(house, box)).length === 1);
  first.vanish();
  const again = await WiredController.open(house.gateway, box);
  expect((await again.hello([{ id: 'live', oldest: 1, next: 2 }])).acked).toEqual({ live: 1 });
  again.data(1, [[0, 21, 0, 0]]);
  again.data(2, [[0, 22, 0, 0]]);
  await again.acked(2);
  expect(await values(house, box)).toEqual([21, 22]);
});

/** A bus on which the answer to the first samples gets lost, after they were stored. */
function losingFirstAnswer(bus: MessageBus): { bus: MessageBus; isLost: () => boolean } {
  let isLost = false;
  const request: MessageBus['request'] = async (subject, ...rest) => {
    const reply = await bus.request(subject, ...rest);
    if (subject !== 'ingest.<shard>' || isLost) return reply;
    isLost = true;
    throw new BusTimeout('the answer got lost');
  };
  return { bus: withRequest(bus, request), isLost: () => isLost };
}

it('F10 samples whose answer got lost between the programs are handed over again and stored once', async () => {
  const house = await House.open(0);
  const losing = losingFirstAnswer(house.bus);
  const gateway = await house.addGateway(losing.bus);
  const box = await house.install();
  const wired = await WiredController.open(gateway.url, box);
  await wired.hello();
  wired.data(1, [[0, 21, 0, 0], [0, 22, 0, 1]]);
  await waitFor(() => losing.isLost());
  wired.data(2, [[0, 23, 0, 0]]);
  await wired.acked(2);
  expect(await values(house, box)).toEqual([21, 22, 23]);
});

it('F12 out of order, repeated, seconds for milliseconds, five minutes ahead: the current value stays right', async () => {
  const house = await House.open();
  const box = await house.install();
  const wired = await WiredController.open(house.gateway, box);
  await wired.hello();
  const now = Date.now();
  wired.data(1, [[0, 21, 0, 0]], now);
  wired.data(2, [[0, 5, 0, 0]], now - 60_000);
  wired.data(3, [[0, 6, 0, 0]], now - 30_000, 1);
  await wired.acked(3);
  expect(await present(house, box)).toMatchObject({ value: 21, quality: 'GOOD' });
  wired.data(1, [[0, 99, 0, 0]], now + 1);
  wired.data(4, [[0, 98, 0, 0]], Math.floor(now / 1_000));
  await wired.acked(4);
  expect(await present(house, box)).toMatchObject({ value: 21, quality: 'GOOD' });
  expect((await wired.next(5)).slice(1, 3)).toEqual(['', 'ROWS_REFUSED']);
  wired.data(5, [[0, 23, 0, 0]], Date.now() + 300_000);
  await wired.acked(5);
  // It counts as measured when it came: neither fresh for five minutes longer nor lost.
  const { value, ageMs } = await present(house, box);
  expect(value).toBe(23);
  expect(ageMs).toBeGreaterThanOrEqual(0);
  const stored = await house.samples(box.sensor.id);
  expect(stored.map(([, each]) => each).toSorted()).toEqual([21, 23, 5, 6]);
  expect(stored.every(([at]) => Date.parse(at) <= Date.now())).toBe(true);
  expect(await house.query('SELECT FROM samples')).toHaveLength(4);
});

it('H13 database down: new connections get 503 with Retry-After, live sessions keep buffering unacknowledged', async () => {
  const house = await House.open();
  const box = await house.install();
  const wired = await WiredController.open(house.gateway, box);
  await wired.hello();
  const database = await lockOut(house.databaseUrl);
  afterwards(() => database.admit());
  for (let seq = 1; seq <= 20; seq += 1) wired.data(seq, [[0, seq, 0, 0]]);
  wired.send([9, 1, 1]);
  await wired.next(10);
  const refused = await fetch(`${house.gateway}/device/v1/tickets`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${box.id}:${box.secret}`)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ protocols: ['cupola.v1.json'], bootId: 'boot' }),
  });
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(wired.frames.filter(([kind]) => kind === 7)).toEqual([]);
  expect(wired.isGone).toBe(false);
  await database.admit();
  await wired.acked(20);
  expect(await values(house, box)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
});

/** Nobody gets into this database, and whoever was in is out. */
async function lockOut(url: string): Promise<{ admit(): Promise<void> }> {
  const name = new URL(url).pathname.slice(1);
  const elsewhere = new URL(url);
  elsewhere.pathname = '/postgres';
  const say = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: elsewhere.toString() });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await say(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS false`);
  await say(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
  return { admit: () => say(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS true`) };
}
