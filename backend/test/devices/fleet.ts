import { shardOf } from '@cupola/domain';
import type { MessageBus } from '@cupola/messaging';
import { randomBytes, randomUUID } from 'node:crypto';
import type { Database } from '../../src/database/database.js';
import { Box, sha256 } from './box.js';
import type { TestPlace } from './place.js';

let fleets = 0;

/** Confirmed controllers, as many as wanted, straight into the tables. */
export async function enrolFleet(database: Database, bus: MessageBus, place: TestPlace, count: number): Promise<Box[]> {
  fleets += 1;
  const boxes = Array.from({ length: count }, () => new Box(bus, randomUUID(), randomBytes(32).toString('base64url')));
  await database.query(
    `INSERT INTO controllers (id, site_id, building_id, name, slot, type, status, shard, secret_hash, credential_version, created_by)
     SELECT b.id, $1, $2, $3 || b.nth, $3 || b.nth, 'VAV', 'active', b.shard, b.hash, 1, (SELECT id FROM users LIMIT 1)
     FROM unnest($4::uuid[], $5::smallint[], $6::bytea[]) WITH ORDINALITY AS b (id, shard, hash, nth)`,
    [
      ...[place.siteId, place.buildingId, `F${fleets}-`, boxes.map(({ deviceId }) => deviceId), boxes.map(({ deviceId }) => shardOf(deviceId))],
      boxes.map(({ secret }) => sha256(secret)),
    ],
  );
  return boxes;
}
