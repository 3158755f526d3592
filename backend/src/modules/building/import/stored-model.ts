import type { BuildingModel, ModelEquipment, ModelFloor, ModelPoint, ModelSpace, ModelZone, SourceId } from './building-model.js';

/** Runs one statement: the database outside a transaction, or an open transaction. */
export type Query = <R>(sql: string, params?: unknown[]) => Promise<R[]>;

/** A stored row in the shape in which a model names it. */
export type Stored<T> = T & { id: string };

export interface StoredModel {
  floors: Stored<ModelFloor>[];
  spaces: Stored<ModelSpace>[];
  zones: Stored<ModelZone>[];
  equipment: Stored<ModelEquipment>[];
  points: Stored<ModelPoint>[];
}
export type EntityKind = keyof StoredModel & keyof BuildingModel;
export const ENTITY_KINDS = ['floors', 'spaces', 'zones', 'equipment', 'points'] as const satisfies readonly EntityKind[];

/** Rows that people made themselves have no source id and are no business of an import. */
const LOAD: Record<EntityKind, string> = {
  floors: `SELECT id, source_id AS "sourceId", name, level FROM floors WHERE building_id = $1 AND source_id IS NOT NULL`,
  spaces: `
    SELECT s.id, s.source_id AS "sourceId", s.name, f.source_id AS floor, s.tags
    FROM spaces s JOIN floors f ON f.id = s.floor_id WHERE f.building_id = $1 AND s.source_id IS NOT NULL`,
  zones: `
    SELECT z.id, z.source_id AS "sourceId", z.kind, z.name, z.tags,
      ARRAY(SELECT s.source_id FROM zone_spaces zs JOIN spaces s ON s.id = zs.space_id WHERE zs.zone_id = z.id AND s.source_id IS NOT NULL) AS spaces
    FROM zones z WHERE z.building_id = $1 AND z.source_id IS NOT NULL`,
  equipment: `
    SELECT e.id, e.source_id AS "sourceId", e.name, e.brick_class AS "brickClass", e.tags,
      f.source_id AS floor, s.source_id AS space, p.source_id AS parent,
      ARRAY(SELECT fed.source_id FROM equipment_feeds ef JOIN equipment fed ON fed.id = ef.fed_equipment_id WHERE ef.equipment_id = e.id AND fed.source_id IS NOT NULL) AS "feedsEquipment",
      ARRAY(SELECT fed.source_id FROM equipment_feeds ef JOIN zones fed ON fed.id = ef.fed_zone_id WHERE ef.equipment_id = e.id AND fed.source_id IS NOT NULL) AS "feedsZones"
    FROM equipment e
      LEFT JOIN floors f ON f.id = e.floor_id LEFT JOIN spaces s ON s.id = e.space_id LEFT JOIN equipment p ON p.id = e.parent_id
    WHERE e.building_id = $1 AND e.source_id IS NOT NULL`,
  points: `
    SELECT p.id, p.source_id AS "sourceId", p.key, p.label, p.brick_class AS "brickClass", p.kind, p.function, p.unit, p.states, p.writable,
      p.min, p.max, p.resolution, p.relinquish_default AS "relinquishDefault", p.tags, p.external_refs AS "externalRefs",
      f.source_id AS floor, z.source_id AS zone, s.source_id AS space, e.source_id AS equipment
    FROM points p
      LEFT JOIN floors f ON f.id = p.floor_id LEFT JOIN zones z ON z.id = p.zone_id
      LEFT JOIN spaces s ON s.id = p.space_id LEFT JOIN equipment e ON e.id = p.equipment_id
    WHERE p.building_id = $1 AND p.source_id IS NOT NULL`,
};

export const NOTHING_STORED: StoredModel = { floors: [], spaces: [], zones: [], equipment: [], points: [] };

/** What is stored of a building, in the terms of a model. */
export async function loadStoredModel(query: Query, buildingId: string): Promise<StoredModel> {
  return {
    floors: await query(LOAD.floors, [buildingId]),
    spaces: await query(LOAD.spaces, [buildingId]),
    zones: await query(LOAD.zones, [buildingId]),
    equipment: await query(LOAD.equipment, [buildingId]),
    points: await query(LOAD.points, [buildingId]),
  };
}

/** Every source id of a stored model with its row's id. */
export function storedIds(items: readonly { sourceId: SourceId; id: string }[]): Map<SourceId, string> {
  return new Map(items.map(({ sourceId, id }) => [sourceId, id]));
}
