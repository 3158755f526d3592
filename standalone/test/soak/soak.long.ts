import { type ChildProcess, fork } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { shardOf } from '@cupola/domain';
import { createDatabase, freePort, MemoryProbe, waitFor } from '@cupola/testing';
import pg from 'pg';
import { expect, it } from 'vitest';
import { afterwards, newInstallation, run } from '../scene.js';
import type { FleetReport, Member, Question } from './fleet.js';
import { certainGrowthPerMinute, growthPerMinute, type Reading } from './growth.js';

const MINUTES = Number(process.env['CUPOLA_SOAK_MINUTES'] ?? 15);
const CONTROLLERS = Number(process.env['CUPOLA_SOAK_CONTROLLERS'] ?? 2_000);
const FLEETS = 2;
const PACE_MS = 20_000;
const CHURN_PER_MINUTE = 0.05;
/** Share of the time in which caches fill and code is compiled. */
const WARM_UP = 1 / 3;
/** The whole fleet falls silent this often, so that a reading shows what stays and not what is under way. */
const REST_EVERY_MS = 60_000;
const LOOKS = 20;
const LOOK_EVERY_MS = 300;
const MAX_GROWTH_PER_10_MINUTES = 1024 * 1024;
const PATIENCE = { timeoutMs: 600_000, intervalMs: 1_000 };

/** Active controllers with their secrets, as enrolment leaves them. */
async function furnish(client: pg.Client): Promise<Member[]> {
  const members = Array.from({ length: CONTROLLERS }, (): Member => ({ deviceId: randomUUID(), secret: randomBytes(32).toString('base64url') }));
  await client.query(
    `WITH site AS (INSERT INTO sites (name, time_zone) VALUES ('Campus', 'UTC') RETURNING id),
       building AS (INSERT INTO buildings (site_id, name, unit_system) SELECT id, 'Soak', 'metric' FROM site RETURNING id, site_id)
     INSERT INTO controllers (id, site_id, building_id, name, slot, type, status, shard, secret_hash, credential_version, created_by)
     SELECT made.id, b.site_id, b.id, made.name, made.name, 'box', 'active', made.shard, made.hash, 1, (SELECT id FROM users LIMIT 1)
     FROM building b, unnest($1::uuid[], $2::text[], $3::smallint[], $4::bytea[]) AS made (id, name, shard, hash)`,
    [
      members.map(({ deviceId }) => deviceId),
      members.map((_, index) => `S${index}`),
      members.map(({ deviceId }) => shardOf(deviceId)),
      members.map(({ secret }) => createHash('sha256').update(secret).digest()),
    ],
  );
  return members;
}

function startFleet(): ChildProcess {
  const fleet = fork(fileURLToPath(new URL('fleet.ts', import.meta.url)), { stdio: 'inherit', execArgv: [] });
  afterwards(() => fleet.kill('SIGKILL'));
  return fleet;
}

async function ask(fleet: ChildProcess, question: Question): Promise<FleetReport> {
  const answered = once(fleet, 'message') as Promise<[FleetReport]>;
  fleet.send(question);
  return (await answered)[0];
}

async function askAll(fleets: readonly ChildProcess[], kind: 'ask' | 'settle' = 'ask'): Promise<FleetReport> {
  const said = await Promise.all(fleets.map((fleet) => ask(fleet, { kind })));
  return {
    online: said.reduce((sum, { online }) => sum + online, 0),
    restarts: said.reduce((sum, { restarts }) => sum + restarts, 0),
    unacknowledged: said.reduce((sum, { unacknowledged }) => sum + unacknowledged, 0),
    reported: said.flatMap(({ reported }) => reported),
  };
}

it(`holds ${CONTROLLERS} controllers of which one in twenty restarts each minute, for ${MINUTES} minutes, without growing and without losing a sample`, async () => {
  const [place, database, inspector] = [await newInstallation(), await createDatabase(), await freePort()];
  const product = run(place, { DATABASE_URL: database.url, CUPOLA_ADMIN_PASSWORD: 'correct horse battery staple', NODE_OPTIONS: `--inspect=127.0.0.1:${inspector}` });
  await product.ready();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  afterwards(() => client.end());
  const members = await furnish(client);
  const fleets = Array.from({ length: FLEETS }, startFleet);
  const size = Math.ceil(members.length / FLEETS);
  const gateway = `http://127.0.0.1:${place.gatewayPort}`;
  const orders = (fleet: number) => ({ gateway, paceMs: PACE_MS, churn: CHURN_PER_MINUTE, members: members.slice(fleet * size, (fleet + 1) * size) });
  await Promise.all(fleets.map((fleet, index) => ask(fleet, { kind: 'start', orders: orders(index) })));
  await waitFor(async () => isWhole(await askAll(fleets)), PATIENCE);

  const memory = await MemoryProbe.open(inspector);
  const readings: Reading[] = [];
  const beganAt = performance.now();
  let end: FleetReport;
  do {
    await Promise.all(fleets.map((fleet, index) => ask(fleet, { kind: 'work', orders: orders(index) })));
    await after(Math.min(REST_EVERY_MS, MINUTES * 60_000));
    end = await atRest(fleets);
    readings.push({ minute: (performance.now() - beganAt) / 60_000, bytes: await settled(memory) });
  } while (performance.now() - beganAt < MINUTES * 60_000);
  memory.close();

  const warm = readings.filter(({ minute }) => minute > MINUTES * WARM_UP);
  const [growth, certain] = [growthPerMinute(warm) * 10, certainGrowthPerMinute(warm) * 10];
  console.log(
    `${end.restarts} restarts, ${end.reported.reduce((sum, count) => sum + count, 0) * 5} samples; ` +
      `at rest ${readings.map(({ bytes }) => mebibytes(bytes)).join(' ')} MiB; ${mebibytes(growth)} MiB per 10 minutes after warm-up, ${mebibytes(certain)} of them for certain`,
  );
  expect(await missing(client, members, end.reported)).toEqual([]);
  expect(certain).toBeLessThan(MAX_GROWTH_PER_10_MINUTES);
});

/** Resolves when everybody is there and nothing is on its way. */
async function atRest(fleets: readonly ChildProcess[]): Promise<FleetReport> {
  await askAll(fleets, 'settle');
  return await waitFor(async () => {
    const now = await askAll(fleets);
    return isWhole(now) ? now : null;
  }, PATIENCE);
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(2);
}

/** The least of some looks: what the product does by itself in the moment of one is no growth. */
async function settled(memory: MemoryProbe): Promise<number> {
  const looks: number[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    looks.push(await memory.bytes());
    await after(LOOK_EVERY_MS);
  }
  return Math.min(...looks);
}

/** Everybody is there, and nothing is on its way. */
function isWhole({ online, unacknowledged }: FleetReport): true {
  if (online === CONTROLLERS && unacknowledged === 0) return true;
  throw new Error(`${online} of ${CONTROLLERS} controllers are online, ${unacknowledged} frames are not acknowledged`);
}

/** Controllers that have not exactly the values 1..n of each point, once. */
async function missing(client: pg.Client, members: readonly Member[], reported: readonly number[]): Promise<unknown[]> {
  const { rows } = await client.query<{ id: string; key: string }>(
    `SELECT c.controller_id AS id, c.key, count(s.value) AS stored, count(DISTINCT s.value) AS different, min(s.value), max(s.value), told.count AS reported
     FROM unnest($1::uuid[], $2::int[]) AS told (id, count) JOIN channels c ON c.controller_id = told.id LEFT JOIN samples s ON s.channel_id = c.id
     GROUP BY c.id, told.count
     HAVING count(s.value) <> told.count OR count(DISTINCT s.value) <> told.count OR (told.count > 0 AND (min(s.value) <> 1 OR max(s.value) <> told.count))`,
    [members.map(({ deviceId }) => deviceId), reported],
  );
  return rows;
}
