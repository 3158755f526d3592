import { setTimeout as after } from 'node:timers/promises';
import { createDatabase, freePort, MemoryProbe } from '@cupola/testing';
import pg from 'pg';
import { expect, it } from 'vitest';
import { afterwards, newInstallation, run } from '../scene.js';
import { Crowd, furnish, missing } from './crowd.js';
import type { FleetReport } from './fleet.js';
import { certainGrowthPerMinute, growthPerMinute, type Reading } from './growth.js';

const MINUTES = Number(process.env['CUPOLA_SOAK_MINUTES'] ?? 15);
const CONTROLLERS = Number(process.env['CUPOLA_SOAK_CONTROLLERS'] ?? 2_000);
const PACE_MS = 20_000;
const CHURN_PER_MINUTE = 0.05;
/** Share of the time in which caches fill and code is compiled. */
const WARM_UP = 1 / 3;
/** The whole fleet falls silent this often, so that a reading shows what stays and not what is under way. */
const REST_EVERY_MS = 60_000;
const LOOKS = 20;
const LOOK_EVERY_MS = 300;
const MAX_GROWTH_PER_10_MINUTES = 1024 * 1024;

it(`holds ${CONTROLLERS} controllers of which one in twenty restarts each minute, for ${MINUTES} minutes, without growing and without losing a sample`, async () => {
  const [place, database, inspector] = [await newInstallation(), await createDatabase(), await freePort()];
  const product = run(place, { DATABASE_URL: database.url, CUPOLA_ADMIN_PASSWORD: 'correct horse battery staple', NODE_OPTIONS: `--inspect=127.0.0.1:${inspector}` });
  await product.ready();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  afterwards(() => client.end());
  const members = await furnish(client, CONTROLLERS);
  const crowd = await Crowd.start(members, { gateway: `http://127.0.0.1:${place.gatewayPort}`, paceMs: PACE_MS, churn: CHURN_PER_MINUTE });

  const memory = await MemoryProbe.open(inspector);
  const readings: Reading[] = [];
  const beganAt = performance.now();
  let end: FleetReport;
  do {
    await crowd.work();
    await after(Math.min(REST_EVERY_MS, MINUTES * 60_000));
    end = await crowd.rest();
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
