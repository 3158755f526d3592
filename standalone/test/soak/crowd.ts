import { type ChildProcess, fork } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { shardOf } from '@cupola/domain';
import { waitFor } from '@cupola/testing';
import type pg from 'pg';
import { afterwards } from '../scene.js';
import type { FleetReport, Member, Orders, Question } from './fleet.js';

const FLEETS = 2;
const PATIENCE = { timeoutMs: 600_000, intervalMs: 1_000 };

/** Active controllers with their secrets, as enrolment leaves them. */
export async function furnish(client: pg.Client, count: number): Promise<Member[]> {
  const members = Array.from({ length: count }, (): Member => ({ deviceId: randomUUID(), secret: randomBytes(32).toString('base64url') }));
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

/** Thousands of controllers of `libs/device-client`, in processes of their own. */
export class Crowd {
  private constructor(
    private readonly fleets: readonly (readonly [ChildProcess, Orders])[],
    private readonly size: number,
  ) {}

  /** Resolves when everybody is there. */
  static async start(members: readonly Member[], orders: Omit<Orders, 'members'>): Promise<Crowd> {
    const size = Math.ceil(members.length / FLEETS);
    const fleets = Array.from({ length: FLEETS }, (_, index) => [startFleet(), { ...orders, members: members.slice(index * size, (index + 1) * size) }] as const);
    const crowd = new Crowd(fleets, members.length);
    await crowd.#command('start');
    await crowd.whole();
    return crowd;
  }

  /** They report, and restart one after the other as ordered. */
  async work(): Promise<void> {
    await this.#command('work');
  }

  /** They fall silent. Resolves when everybody is there and nothing is on its way. */
  async rest(): Promise<FleetReport> {
    await this.#tell({ kind: 'settle' });
    return this.whole();
  }

  look(): Promise<FleetReport> {
    return this.#tell({ kind: 'ask' });
  }

  /** Resolves when everybody is there and every frame is acknowledged. */
  whole(): Promise<FleetReport> {
    return waitFor(async () => {
      const now = await this.look();
      if (now.online === this.size && now.unacknowledged === 0) return now;
      throw new Error(`${now.online} of ${this.size} controllers are online, ${now.unacknowledged} frames are not acknowledged`);
    }, PATIENCE);
  }

  async #command(kind: 'start' | 'work'): Promise<void> {
    await Promise.all(this.fleets.map(([fleet, orders]) => ask(fleet, { kind, orders })));
  }

  async #tell(question: Question): Promise<FleetReport> {
    const said = await Promise.all(this.fleets.map(([fleet]) => ask(fleet, question)));
    return {
      online: said.reduce((sum, { online }) => sum + online, 0),
      restarts: said.reduce((sum, { restarts }) => sum + restarts, 0),
      unacknowledged: said.reduce((sum, { unacknowledged }) => sum + unacknowledged, 0),
      reported: said.flatMap(({ reported }) => reported),
    };
  }
}

/** Controllers that have not exactly the values 1..n of each point, once. */
export async function missing(client: pg.Client, members: readonly Member[], reported: readonly number[]): Promise<unknown[]> {
  const { rows } = await client.query<{ id: string; key: string }>(
    `SELECT c.controller_id AS id, c.key, count(s.value) AS stored, count(DISTINCT s.value) AS different, min(s.value), max(s.value), told.count AS reported
     FROM unnest($1::uuid[], $2::int[]) AS told (id, count) JOIN channels c ON c.controller_id = told.id LEFT JOIN samples s ON s.channel_id = c.id
     GROUP BY c.id, told.count
     HAVING count(s.value) <> told.count OR count(DISTINCT s.value) <> told.count OR (told.count > 0 AND (min(s.value) <> 1 OR max(s.value) <> told.count))`,
    [members.map(({ deviceId }) => deviceId), reported],
  );
  return rows;
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
