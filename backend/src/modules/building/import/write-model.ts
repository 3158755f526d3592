import { arrangeFloor, GENERATED_PLAN } from '@cupola/domain';
import type { BuildingModel } from './building-model.js';
import type { ModelDiff } from './model-diff.js';
import type { Query } from './stored-model.js';

const WRITE_FLOORS = `
  INSERT INTO floors (id, building_id, source_id, name, level)
  SELECT id, $2, source_id, name, level FROM jsonb_to_recordset($1) AS r (id uuid, source_id text, name text, level int)
  ON CONFLICT (id) DO UPDATE SET source_id = excluded.source_id, name = excluded.name, level = excluded.level`;
const WRITE_SPACES = `
  INSERT INTO spaces (id, source_id, name, floor_id, tags)
  SELECT id, source_id, name, floor_id, tags FROM jsonb_to_recordset($1) AS r (id uuid, source_id text, name text, floor_id uuid, tags jsonb)
  ON CONFLICT (id) DO UPDATE SET source_id = excluded.source_id, name = excluded.name, floor_id = excluded.floor_id, tags = excluded.tags,
    outline = CASE WHEN spaces.floor_id = excluded.floor_id THEN spaces.outline ELSE '[]' END`;
const WRITE_ZONES = `
  INSERT INTO zones (id, building_id, source_id, kind, name, tags)
  SELECT id, $2, source_id, kind, name, tags FROM jsonb_to_recordset($1) AS r (id uuid, source_id text, kind text, name text, tags jsonb)
  ON CONFLICT (id) DO UPDATE SET source_id = excluded.source_id, kind = excluded.kind, name = excluded.name, tags = excluded.tags`;
const WRITE_EQUIPMENT = `
  INSERT INTO equipment (id, building_id, source_id, name, brick_class, floor_id, space_id, tags)
  SELECT id, $2, source_id, name, brick_class, floor_id, space_id, tags
  FROM jsonb_to_recordset($1) AS r (id uuid, source_id text, name text, brick_class text, floor_id uuid, space_id uuid, tags jsonb)
  ON CONFLICT (id) DO UPDATE SET source_id = excluded.source_id, name = excluded.name, brick_class = excluded.brick_class,
    floor_id = excluded.floor_id, space_id = excluded.space_id, tags = excluded.tags`;
const WRITE_POINTS = `
  INSERT INTO points (id, building_id, source_id, key, label, brick_class, kind, function, unit, states, writable, min, max, resolution,
    relinquish_default, floor_id, zone_id, space_id, equipment_id, tags, external_refs)
  SELECT id, $2, source_id, key, label, brick_class, kind, function, unit, NULLIF(states, 'null'), writable, min, max, resolution,
    relinquish_default, floor_id, zone_id, space_id, equipment_id, tags, external_refs
  FROM jsonb_to_recordset($1) AS r (id uuid, source_id text, key text, label text, brick_class text, kind text, function text, unit text,
    states jsonb, writable boolean, min float8, max float8, resolution float8, relinquish_default float8, floor_id uuid, zone_id uuid,
    space_id uuid, equipment_id uuid, tags jsonb, external_refs jsonb)
  ON CONFLICT (id) DO UPDATE SET source_id = excluded.source_id, key = excluded.key, label = excluded.label, brick_class = excluded.brick_class,
    kind = excluded.kind, function = excluded.function, unit = excluded.unit, states = excluded.states, writable = excluded.writable,
    min = excluded.min, max = excluded.max, resolution = excluded.resolution, relinquish_default = excluded.relinquish_default,
    floor_id = excluded.floor_id, zone_id = excluded.zone_id, space_id = excluded.space_id, equipment_id = excluded.equipment_id,
    tags = excluded.tags, external_refs = excluded.external_refs`;

/** Writes what is new or changed, in the order in which rows refer to each other. Rows that the model lacks stay. */
export async function writeModel(query: Query, buildingId: string, diff: ModelDiff): Promise<void> {
  const { floors, spaces, zones, equipment, points } = diff;
  const idOf = (ids: Map<string, string>, source: string | null) => (source === null ? null : (ids.get(source) ?? null));
  const rows = <T extends { sourceId: string }>(kind: { ids: Map<string, string>; write: T[] }, columns: (item: T) => object) =>
    JSON.stringify(kind.write.map((item) => ({ id: kind.ids.get(item.sourceId), source_id: item.sourceId, ...columns(item) })));
  await makeRoom(query, diff);
  await query(WRITE_FLOORS, [rows(floors, ({ name, level }) => ({ name, level })), buildingId]);
  await query(WRITE_SPACES, [rows(spaces, ({ name, floor, tags }) => ({ name, tags, floor_id: idOf(floors.ids, floor) }))]);
  await query(WRITE_ZONES, [rows(zones, ({ kind, name, tags }) => ({ kind, name, tags })), buildingId]);
  await query(WRITE_EQUIPMENT, [
    rows(equipment, ({ name, brickClass, floor, space, tags }) => ({
      ...{ name, tags, brick_class: brickClass },
      ...{ floor_id: idOf(floors.ids, floor), space_id: idOf(spaces.ids, space) },
    })),
    buildingId,
  ]);
  await query(WRITE_POINTS, [
    rows(points, ({ brickClass, relinquishDefault, floor, zone, space, equipment: owner, externalRefs, ...same }) => ({
      ...same,
      ...{ brick_class: brickClass, relinquish_default: relinquishDefault, external_refs: externalRefs },
      ...{ floor_id: idOf(floors.ids, floor), zone_id: idOf(zones.ids, zone), space_id: idOf(spaces.ids, space) },
      equipment_id: idOf(equipment.ids, owner),
    })),
    buildingId,
  ]);
  await writeLinks(query, diff);
}

/** Floors that change places, and points that swap keys, would collide halfway. */
async function makeRoom(query: Query, { floors, points }: ModelDiff): Promise<void> {
  const idsOf = (kind: { ids: Map<string, string>; write: { sourceId: string }[] }) => kind.write.map(({ sourceId }) => kind.ids.get(sourceId));
  await query('UPDATE floors SET level = level + 1000000 WHERE id = ANY ($1::uuid[])', [idsOf(floors)]);
  await query('UPDATE points SET key = id::text WHERE id = ANY ($1::uuid[])', [idsOf(points)]);
}

async function writeLinks(query: Query, { spaces, zones, equipment }: ModelDiff): Promise<void> {
  const zoneIds = zones.write.map(({ sourceId }) => zones.ids.get(sourceId));
  await query('DELETE FROM zone_spaces WHERE zone_id = ANY ($1::uuid[])', [zoneIds]);
  const covered = zones.write.flatMap((zone) => zone.spaces.map((space) => [zones.ids.get(zone.sourceId), spaces.ids.get(space)]));
  await insertPairs(query, 'INSERT INTO zone_spaces (zone_id, space_id)', covered);
  const ids = equipment.write.map(({ sourceId }) => equipment.ids.get(sourceId));
  await query('DELETE FROM equipment_feeds WHERE equipment_id = ANY ($1::uuid[])', [ids]);
  const feeds = (kind: 'feedsEquipment' | 'feedsZones', fed: Map<string, string>) =>
    equipment.write.flatMap((item) => [...new Set(item[kind])].map((source) => [equipment.ids.get(item.sourceId), fed.get(source)]));
  await insertPairs(query, 'INSERT INTO equipment_feeds (equipment_id, fed_equipment_id)', feeds('feedsEquipment', equipment.ids));
  await insertPairs(query, 'INSERT INTO equipment_feeds (equipment_id, fed_zone_id)', feeds('feedsZones', zones.ids));
  const parents = equipment.write.map((item) => [equipment.ids.get(item.sourceId), item.parent === null ? null : (equipment.ids.get(item.parent) ?? null)]);
  await query(
    'UPDATE equipment e SET parent_id = r.parent FROM unnest($1::uuid[], $2::uuid[]) AS r (id, parent) WHERE e.id = r.id AND e.parent_id IS DISTINCT FROM r.parent',
    [parents.map(([id]) => id), parents.map(([, parent]) => parent)],
  );
}

async function insertPairs(query: Query, insert: string, pairs: readonly (string | undefined)[][]): Promise<void> {
  await query(`${insert} SELECT * FROM unnest($1::uuid[], $2::uuid[])`, [pairs.map(([left]) => left), pairs.map(([, right]) => right)]);
}

/** Draws the floors that have no plan of their own, with every room that is stored for them. */
export async function drawFloors(query: Query, buildingId: string): Promise<void> {
  const floors = await query<{ id: string }>('SELECT id FROM floors WHERE building_id = $1 AND plan_generated', [buildingId]);
  for (const floor of floors) {
    const spaces = await query<{ id: string; name: string }>('SELECT id, name FROM spaces WHERE floor_id = $1', [floor.id]);
    const { outlines } = arrangeFloor(spaces, GENERATED_PLAN);
    await query(
      `UPDATE spaces s SET outline = r.outline FROM jsonb_to_recordset($1) AS r (id uuid, outline jsonb)
       WHERE s.id = r.id AND s.outline IS DISTINCT FROM r.outline`,
      [JSON.stringify(outlines)],
    );
    await query('UPDATE floors SET plan_width = $2, plan_height = $3 WHERE id = $1', [floor.id, GENERATED_PLAN.width, GENERATED_PLAN.height]);
  }
}

/** How many there are of each class: what a person compares with what he knows of the building. */
export function countClasses(items: readonly { brickClass: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { brickClass } of items) counts[brickClass] = (counts[brickClass] ?? 0) + 1;
  return counts;
}

export function countsOf(model: BuildingModel, controllers: number): Record<'floors' | 'spaces' | 'zones' | 'equipment' | 'points' | 'controllers', number> {
  const { floors, spaces, zones, equipment, points } = model;
  return { floors: floors.length, spaces: spaces.length, zones: zones.length, equipment: equipment.length, points: points.length, controllers };
}
