import type { LinkState } from '@cupola/domain';
import { randomUUID } from 'node:crypto';
import type { Database } from '../../src/database/database.js';

/** A controller as a claimed and connected one is stored. */
export interface Served {
  controllerId: string;
  /** Channel ids by key. */
  channels: Map<string, number>;
}

/** Stores a controller of the building whose channels serve the points with these keys. */
export async function serve(database: Database, buildingId: string, keys: readonly string[], link: LinkState = 'online'): Promise<Served> {
  const controllerId = randomUUID();
  const sessionId = randomUUID();
  await database.query(
    `INSERT INTO controllers (id, site_id, building_id, name, slot, type, status, shard, secret_hash, link, session_id, epoch, created_by)
     SELECT $1::uuid, b.site_id, b.id, 'Controller ' || left($1::text, 8), $1::text, 'vav', 'active', 0, '\\x00', $3, $4::uuid, 1, u.id
     FROM buildings b CROSS JOIN users u WHERE b.id = $2 AND u.username = 'admin'`,
    [controllerId, buildingId, link, sessionId],
  );
  await database.query(
    `INSERT INTO controller_sessions (id, controller_id, gateway_id, epoch, remote_address, lease_until)
     VALUES ($1, $2, 'spec', 1, '127.0.0.1', now() + interval '1 hour')`,
    [sessionId, controllerId],
  );
  const channels = await database.query<{ id: number; key: string }>(
    `INSERT INTO channels (controller_id, key, alias, kind, unit, point_id)
     SELECT $1, p.key, row_number() OVER (), p.kind, p.unit, p.id FROM points p WHERE p.building_id = $2 AND p.key = ANY ($3)
     RETURNING id, key`,
    [controllerId, buildingId, keys],
  );
  return { controllerId, channels: new Map(channels.map(({ id, key }) => [key, id])) };
}

/** What a flush of current values leaves behind. */
export async function remember(database: Database, channelId: number | undefined, value: number | null, at: number, stored = 0): Promise<void> {
  await database.query(
    `INSERT INTO latest_values (channel_id, source_time, received_time, value, quality)
     VALUES ($1, to_timestamp($2::float8 / 1000), to_timestamp($2::float8 / 1000), $3, $4)`,
    [channelId, at, value, stored],
  );
}
