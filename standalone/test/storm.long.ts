import type { Alarm } from '@cupola/contracts';
import { waitFor } from '@cupola/testing';
import pg from 'pg';
import { expect, it } from 'vitest';
import { OperatorConsole } from './chaos/operator-console.js';
import { startApart } from './chaos/programs.js';
import { afterwards } from './scene.js';
import { Crowd, furnish, missing } from './soak/crowd.js';

const CONTROLLERS = 2_000;
const TICKETS_PER_SECOND = 300;
const PACE_MS = 20_000;
/** Ticket, session, HELLO, its first frames, and what is gathered behind them: nobody does any of it twice. */
const COMMITS_EACH = 10;
/** Leases, runners and looks of a house at rest. */
const COMMITS_PER_SECOND = 50;
const PATIENCE = { timeoutMs: 600_000, intervalMs: 250 };

async function numberOf(client: pg.Client, sql: string, params: unknown[] = []): Promise<number> {
  const { rows } = await client.query<{ number: number }>(sql, params);
  return rows[0]?.number ?? NaN;
}

const commits = (client: pg.Client) => numberOf(client, 'SELECT xact_commit::int AS number FROM pg_stat_database WHERE datname = current_database()');
const online = (client: pg.Client) => numberOf(client, `SELECT count(*)::int AS number FROM controllers WHERE link = 'online'`);

/** How many tickets the door was ahead of its rate at worst: a full bucket at the first of them, and the rate from then on, is what it may give. */
function aheadOfRate(client: pg.Client, since: Date): Promise<number> {
  return numberOf(
    client,
    `SELECT max(nth - $2 - passed * $2)::float8 AS number FROM (
       SELECT extract(epoch FROM issued_at - min(issued_at) OVER ()) AS passed, row_number() OVER (ORDER BY issued_at) AS nth
       FROM tickets WHERE audience = 'session' AND issued_at > $1) AS returned`,
    [since, TICKETS_PER_SECOND],
  );
}

it('F17 2,000 devices, gateway killed: one alarm says so, they come back at the rate of the door with all that they kept, and nobody stays away', async () => {
  const programs = await startApart('', { CUPOLA_TICKETS_PER_SECOND: String(TICKETS_PER_SECOND) });
  const client = new pg.Client({ connectionString: programs.env['DATABASE_URL'] });
  await client.connect();
  afterwards(() => client.end());
  const operator = new OperatorConsole(programs.url);
  const alarms = async () => (await operator.get<{ items: Alarm[] }>('/alarms')).items.filter(({ active }) => active);
  const members = await furnish(client, CONTROLLERS);
  const crowd = await Crowd.start(members, { gateway: `http://127.0.0.1:${programs.gatewayPort}`, paceMs: PACE_MS, churn: 0 });
  // Each of them has an alarm that could be raised, and none is.
  await waitFor(async () => (await numberOf(client, `SELECT count(*)::int AS number FROM alarms WHERE controller_id IS NOT NULL AND state = 'NORM'`)) >= CONTROLLERS, PATIENCE);
  await waitFor(async () => (await alarms()).length === 0, PATIENCE);
  await crowd.work();

  await programs.kill('device-gateway');
  await waitFor(async () => (await alarms()).length > 0 && (await crowd.look()).online === 0, PATIENCE);
  expect((await alarms()).map(({ definition, controller }) => [definition.name, controller])).toEqual([['Gateway lost', null]]);

  const [before, since] = [await commits(client), (await client.query<{ now: Date }>('SELECT now()')).rows[0]?.now ?? new Date(NaN)];
  await programs.start('device-gateway');
  await waitFor(async () => (await crowd.look()).online === CONTROLLERS, PATIENCE);
  const { reported } = await crowd.rest();
  const tookSeconds = await numberOf(client, 'SELECT extract(epoch FROM now() - $1)::float8 AS number', [since]);
  const [ahead, committed] = [await aheadOfRate(client, since), (await commits(client)) - before];
  console.log(`all back within ${tookSeconds.toFixed(0)} s; ${committed} transactions; ${ahead.toFixed(0)} tickets ahead of the door's rate at worst`);
  // The first one may have been admitted a second before it was written.
  expect(ahead).toBeLessThanOrEqual(TICKETS_PER_SECOND);
  expect(committed).toBeLessThanOrEqual(COMMITS_EACH * CONTROLLERS + COMMITS_PER_SECOND * tookSeconds);
  expect(await online(client)).toBe(CONTROLLERS);
  expect(await missing(client, members, reported)).toEqual([]);
  await waitFor(async () => (await alarms()).length === 0, PATIENCE);
});
