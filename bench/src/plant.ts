import { createHash, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { shardOf } from './shard.js';

export interface PlantController {
  id: string;
  secret: string;
  /** Channels 0.. in the order of their aliases, and the point that each serves. */
  channels: number[];
  points: string[];
}

export interface Plant {
  building: string;
  floor: string;
  controllers: PlantController[];
  /** As many channels again, which no controller feeds: the raw twin writes there. */
  rawChannels: number[];
}

const PLACES = `
  WITH site AS (INSERT INTO sites (name, time_zone) VALUES ($1::text, 'UTC') RETURNING id),
    building AS (INSERT INTO buildings (site_id, name, unit_system) SELECT id, $1, 'metric' FROM site RETURNING id, site_id),
    floor AS (INSERT INTO floors (building_id, level, name) SELECT id, 1, 'Floor 1' FROM building RETURNING id),
    person AS (INSERT INTO users (username, name, password_hash, disabled) VALUES (lower($1), $1, '', true) RETURNING id)
  SELECT building.site_id, building.id AS building_id, floor.id AS floor_id, person.id AS person_id FROM building, floor, person`;
const CONTROLLERS = `
  INSERT INTO controllers (id, site_id, building_id, name, slot, type, status, shard, secret_hash, credential_version, epoch, points_rev, created_by)
  SELECT made.id, $1, $2, made.name, made.name, 'bench', 'active', made.shard, made.hash, 1, 1, $3, $4
  FROM unnest($5::uuid[], $6::text[], $7::smallint[], $8::bytea[]) AS made (id, name, shard, hash)`;
const POINTS = `
  INSERT INTO points (building_id, floor_id, key, label, kind, function)
  SELECT $1, $2, c.id || ' ' || n, c.name || ' ' || n, 'analog', 'sensor'
  FROM controllers c, generate_series(0, $3::int - 1) AS n WHERE c.building_id = $1`;
const CHANNELS = `
  INSERT INTO channels (controller_id, key, alias, kind, point_id)
  SELECT c.id, nth.index::text, nth.index, 'analog', p.id
  FROM controllers c CROSS JOIN generate_series(0, $1::int - 1) AS nth (index) JOIN points p ON p.key = c.id || ' ' || nth.index
  WHERE c.building_id = $2
  ORDER BY c.name, nth.index
  RETURNING id, controller_id, alias, point_id`;

/** Fills a database with confirmed controllers whose channels all serve points of one floor. `name` tells several plants of one database apart. */
export async function buildPlant(client: pg.Client, count: number, pointsEach: number, pointsRev = '', name = 'Bench'): Promise<Plant> {
  const { rows } = await client.query<{ site_id: string; building_id: string; floor_id: string; person_id: string }>(PLACES, [name]);
  const place = rows[0];
  if (!place) throw new Error('the plant has no place');
  const controllers = Array.from({ length: count }, (): PlantController => {
    return { id: randomUUID(), secret: Buffer.from(randomUUID() + randomUUID()).subarray(0, 32).toString('base64url'), channels: [], points: [] };
  });
  await client.query(CONTROLLERS, [
    ...[place.site_id, place.building_id, pointsRev, place.person_id],
    controllers.map(({ id }) => id),
    controllers.map((_, index) => `${name}-${String(index).padStart(5, '0')}`),
    controllers.map(({ id }) => shardOf(id)),
    controllers.map(({ secret }) => createHash('sha256').update(secret).digest()),
  ]);
  await client.query(POINTS, [place.building_id, place.floor_id, pointsEach]);
  const byId = new Map(controllers.map((each) => [each.id, each]));
  const channels = await client.query<{ id: number; controller_id: string; alias: number; point_id: string }>(CHANNELS, [pointsEach, place.building_id]);
  for (const { id, controller_id: controller, alias, point_id: point } of channels.rows) {
    const mine = byId.get(controller);
    if (!mine) continue;
    mine.channels[alias] = id;
    mine.points[alias] = point;
  }
  await client.query('VACUUM ANALYZE');
  const highest = Math.max(...channels.rows.map(({ id }) => id));
  return { building: place.building_id, floor: place.floor_id, controllers, rawChannels: channels.rows.map((_, index) => highest + 1 + index) };
}
