import { DomainError } from '@cupola/contracts';
import { type LinkState, type PointFunction, zoneQuantity, type ZoneQuantity } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import type { Permission } from '@cupola/domain';
import { AccessService } from '../../auth/access-service.js';
import type { Actor } from '../../auth/actor.js';
import { Database } from '../../database/database.js';
import { BuildingQueries } from '../building/index.js';
import { READING_INPUT } from '../points/index.js';

export interface FloorRow {
  id: string;
  name: string;
  level: number;
}

/** A zone on the floor of its rooms; `x` and `y` are its west and north edges on the plan. */
export interface ZoneRow {
  id: string;
  name: string;
  floorId: string;
  x: number;
  y: number;
  equipment: string[];
}

/** A point that the overview looks at, with what its quality depends on. */
export interface LookedAtPoint {
  id: string;
  label: string;
  function: PointFunction;
  brickClass: string | null;
  unit: string | null;
  floorId: string | null;
  zoneId: string | null;
  equipmentId: string | null;
  equipmentClass: string | null;
  channelId: number | null;
  staleAfterMs: number;
  link: LinkState | null;
  isSubdeviceAway: boolean;
  quantity: ZoneQuantity | undefined;
}

const POINTS = `
  SELECT i.id, i."staleAfterMs", i.link, i."isSubdeviceAway", p.label, p.function, p.brick_class AS "brickClass", p.unit, p.floor_id AS "floorId", p.zone_id AS "zoneId",
    p.equipment_id AS "equipmentId", e.brick_class AS "equipmentClass", live.id AS "channelId"
  FROM (${READING_INPUT} WHERE p.building_id = $1) i
  JOIN points p ON p.id = i.id LEFT JOIN equipment e ON e.id = p.equipment_id
  LEFT JOIN channels live ON live.point_id = p.id AND live.retired_at IS NULL`;

const ZONES = `
  SELECT z.id, z.name, s.floor_id AS "floorId", min(corner.x) AS x, min(corner.y) AS y,
    ARRAY(SELECT ef.equipment_id FROM equipment_feeds ef WHERE ef.fed_zone_id = z.id ORDER BY ef.equipment_id) AS equipment
  FROM zones z JOIN zone_spaces zs ON zs.zone_id = z.id JOIN spaces s ON s.id = zs.space_id
  LEFT JOIN LATERAL (SELECT min((c->>0)::float8) AS x, min((c->>1)::float8) AS y FROM jsonb_array_elements(s.outline) c) corner ON TRUE
  WHERE s.floor_id = ANY ($1::uuid[]) GROUP BY z.id, z.name, s.floor_id`;

/** The part of a building that a caller may see. */
export interface Seen {
  building: { id: string; name: string };
  /** Whether that is all of it, what stands on no floor included. */
  isWhole: boolean;
  floors: FloorRow[];
  points: LookedAtPoint[];
}

/** Reads what a caller may see of a building. */
@Injectable()
export class VisibleBuilding {
  constructor(
    private readonly database: Database,
    private readonly access: AccessService,
    private readonly buildings: BuildingQueries,
  ) {}

  /** @throws DomainError NOT_FOUND, also for what the caller may not see */
  async read(actor: Actor, permission: Permission, buildingId: string): Promise<Seen> {
    const location = await this.buildings.locateBuilding(buildingId);
    if (!this.access.mayWithin(actor, permission, location)) throw new DomainError('NOT_FOUND', 'There is no such building.');
    const isWhole = this.access.may(actor, permission, location);
    const all = await this.database.query<FloorRow>('SELECT id, name, level FROM floors WHERE building_id = $1 ORDER BY level DESC', [buildingId]);
    const floors = all.filter(({ id }) => this.access.may(actor, permission, { ...location, floorId: id }));
    const shown = new Set(floors.map(({ id }) => id));
    const points = await this.database.query<Omit<LookedAtPoint, 'quantity'>>(POINTS, [buildingId]);
    const [building] = await this.database.query<{ id: string; name: string }>('SELECT id, name FROM buildings WHERE id = $1', [buildingId]);
    return {
      building: building ?? { id: buildingId, name: '' },
      isWhole,
      floors,
      points: points.filter(({ floorId }) => (floorId === null ? isWhole : shown.has(floorId))).map((point) => ({ ...point, quantity: zoneQuantity(point) })),
    };
  }

  /** The zones of these floors, west to east, then north to south. */
  async zones(floors: readonly FloorRow[]): Promise<ZoneRow[]> {
    const rows = await this.database.query<ZoneRow>(ZONES, [floors.map(({ id }) => id)]);
    return rows.sort((a, b) => a.x - b.x || a.y - b.y || (a.name < b.name ? -1 : 1));
  }
}
