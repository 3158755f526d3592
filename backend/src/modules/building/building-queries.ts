import { DomainError, type FloorDetail, type PlantDetail } from '@cupola/contracts';
import { type Location, ZONE_KINDS, type ZoneKind } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { AccessService } from '../../auth/access-service.js';
import type { Actor } from '../../auth/actor.js';
import { Database } from '../../database/database.js';

/** A floor as it is drawn, without the points on it: those are the points module's. */
export type FloorPlan = Omit<FloorDetail, 'points'>;
export type BuildingPlace = Omit<PlantDetail, 'points'>;

interface PlaceRow {
  site_id: string;
  site_name: string;
  time_zone: string;
  building_id: string;
  building_name: string;
}

interface FloorRow extends PlaceRow {
  id: string;
  name: string;
  level: number;
  plan_width: number;
  plan_height: number;
  plan_generated: boolean;
  drawing: Omit<FloorPlan['plan'], 'width' | 'height' | 'generated'> | null;
}

const UNDRAWN = { wall: null, doors: [], cores: [] };
const PLACE = 's.id AS site_id, s.name AS site_name, s.time_zone, b.id AS building_id, b.name AS building_name';

/** Buildings and floors as people see them, and where they stand. */
@Injectable()
export class BuildingQueries {
  constructor(
    private readonly database: Database,
    private readonly access: AccessService,
  ) {}

  /** @throws DomainError NOT_FOUND, also for what the caller may not see */
  async floor(actor: Actor, floorId: string): Promise<FloorPlan> {
    const [row] = await this.database.query<FloorRow>(
      `SELECT f.id, f.name, f.level, f.plan_width, f.plan_height, f.plan_generated, f.drawing, ${PLACE}
       FROM floors f JOIN buildings b ON b.id = f.building_id JOIN sites s ON s.id = b.site_id WHERE f.id = $1`,
      [floorId],
    );
    if (!row || !this.access.may(actor, 'building.read', { siteId: row.site_id, buildingId: row.building_id, floorId })) throw unknown('floor');
    const [spaces, zones] = await Promise.all([this.spaces(floorId), this.zones(floorId)]);
    const plan = { width: row.plan_width, height: row.plan_height, generated: row.plan_generated, ...(row.drawing ?? UNDRAWN) };
    return { id: row.id, name: row.name, level: row.level, ...placeFrom(row), plan, spaces, zones };
  }

  /** @throws DomainError NOT_FOUND, FORBIDDEN for who may see only a part of the building */
  async building(actor: Actor, buildingId: string): Promise<BuildingPlace> {
    const [row] = await this.database.query<PlaceRow>(`SELECT ${PLACE} FROM buildings b JOIN sites s ON s.id = b.site_id WHERE b.id = $1`, [buildingId]);
    const location = row && { siteId: row.site_id, buildingId, floorId: null };
    if (!row || !location || !this.access.mayWithin(actor, 'building.read', location)) throw unknown('building');
    this.access.require(actor, 'building.read', location);
    return placeFrom(row);
  }

  /** @throws DomainError NOT_FOUND */
  async locateFloor(floorId: string): Promise<Location> {
    const [location] = await this.database.query<Location>(
      'SELECT b.site_id AS "siteId", b.id AS "buildingId", f.id AS "floorId" FROM floors f JOIN buildings b ON b.id = f.building_id WHERE f.id = $1',
      [floorId],
    );
    if (!location) throw unknown('floor');
    return location;
  }

  /** @throws DomainError NOT_FOUND */
  async locateBuilding(buildingId: string): Promise<Location> {
    const [row] = await this.database.query<{ site_id: string }>('SELECT site_id FROM buildings WHERE id = $1', [buildingId]);
    if (!row) throw unknown('building');
    return { siteId: row.site_id, buildingId, floorId: null };
  }

  private spaces(floorId: string): Promise<FloorPlan['spaces']> {
    return this.database.query(
      `SELECT s.id, s.name, s.outline,
         ARRAY(SELECT z.id FROM zone_spaces zs JOIN zones z ON z.id = zs.zone_id WHERE zs.space_id = s.id ORDER BY array_position($2::text[], z.kind::text), z.id) AS "zoneIds"
       FROM spaces s WHERE s.floor_id = $1 AND jsonb_array_length(s.outline) >= 3 ORDER BY s.name, s.id`,
      [floorId, ZONE_KINDS],
    );
  }

  private zones(floorId: string): Promise<{ id: string; name: string; kind: ZoneKind; equipment: FloorPlan['zones'][number]['equipment'] }[]> {
    return this.database.query(
      `SELECT z.id, z.name, z.kind, COALESCE((
         SELECT jsonb_agg(jsonb_build_object('id', e.id, 'name', e.name, 'brickClass', e.brick_class) ORDER BY e.name, e.id)
         FROM equipment_feeds ef JOIN equipment e ON e.id = ef.equipment_id WHERE ef.fed_zone_id = z.id), '[]') AS equipment
       FROM zones z
       WHERE z.id IN (SELECT zs.zone_id FROM zone_spaces zs JOIN spaces s ON s.id = zs.space_id WHERE s.floor_id = $1)
       ORDER BY z.name, z.id`,
      [floorId],
    );
  }
}

function placeFrom(row: PlaceRow): BuildingPlace {
  return { site: { id: row.site_id, name: row.site_name, timeZone: row.time_zone }, building: { id: row.building_id, name: row.building_name } };
}

function unknown(what: 'floor' | 'building'): DomainError {
  return new DomainError('NOT_FOUND', `There is no such ${what}.`);
}
