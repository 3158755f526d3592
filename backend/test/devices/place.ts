import type { Database } from '../../src/database/database.js';

export interface TestPoint {
  key: string;
  kind?: 'analog' | 'binary' | 'multistate';
  unit?: string | null;
  writable?: boolean;
  min?: number;
  max?: number;
  resolution?: number;
}

export interface TestPlace {
  siteId: string;
  buildingId: string;
  floorId: string;
  equipmentId: string;
  /** Ids by key. */
  points: Record<string, string>;
}

let places = 0;

/** A site with one building, one floor and one VAV with the given points. */
export async function makePlace(database: Database, points: readonly TestPoint[] = []): Promise<TestPlace> {
  places += 1;
  const one = async (sql: string, params: unknown[]): Promise<string> => (await database.query<{ id: string }>(sql, params))[0]?.id ?? '';
  const siteId = await one(`INSERT INTO sites (name, time_zone) VALUES ($1, 'Europe/Berlin') RETURNING id`, [`Site ${places}`]);
  const buildingId = await one(`INSERT INTO buildings (site_id, name, unit_system) VALUES ($1, 'House', 'metric') RETURNING id`, [siteId]);
  const floorId = await one(`INSERT INTO floors (building_id, level, name) VALUES ($1, 3, 'Third floor') RETURNING id`, [buildingId]);
  const equipmentId = await addEquipment(database, { buildingId, floorId }, 'VAV-301');
  const place = { siteId, buildingId, floorId, equipmentId, points: {} };
  for (const point of points) await addPoint(database, place, point);
  return place;
}

export async function addEquipment(database: Database, place: { buildingId: string; floorId: string }, name: string): Promise<string> {
  const [row] = await database.query<{ id: string }>('INSERT INTO equipment (building_id, floor_id, name) VALUES ($1, $2, $3) RETURNING id', [
    ...[place.buildingId, place.floorId, name],
  ]);
  return row?.id ?? '';
}

/** Adds a point to the place's equipment, or to none. */
export async function addPoint(database: Database, place: TestPlace, point: TestPoint & { equipmentId?: string | null }): Promise<string> {
  const { key, kind = 'analog', unit = kind === 'analog' ? 'degC' : null, writable = false, equipmentId = place.equipmentId } = point;
  const [row] = await database.query<{ id: string }>(
    `INSERT INTO points (building_id, floor_id, equipment_id, key, label, kind, function, unit, writable, min, max, resolution)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id`,
    [
      ...[place.buildingId, place.floorId, equipmentId, key, `Point ${key}`, kind, writable ? 'setpoint' : 'sensor', unit, writable],
      ...[point.min ?? null, point.max ?? null, point.resolution ?? null],
    ],
  );
  place.points[key] = row?.id ?? '';
  return row?.id ?? '';
}
