import type { SiteTree } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import { AccessService } from '../../auth/access-service.js';
import type { Actor } from '../../auth/actor.js';
import { Database } from '../../database/database.js';
import { OF_THE_BUILDING } from './of-the-building.js';

type BuildingNode = SiteTree['buildings'][number];
type FloorNode = BuildingNode['floors'][number];
type SiteRow = Omit<SiteTree, 'buildings'>;
interface BuildingRow extends Omit<BuildingNode, 'floors'> {
  siteId: string;
  isWhole: boolean;
}
interface FloorRow extends FloorNode {
  buildingId: string;
}

const FLOORS = `
  SELECT f.id, f.building_id AS "buildingId", f.name, f.level,
    (SELECT count(*)::int FROM spaces s WHERE s.floor_id = f.id) AS spaces,
    (SELECT count(DISTINCT zs.zone_id)::int FROM zone_spaces zs JOIN spaces s ON s.id = zs.space_id WHERE s.floor_id = f.id) AS zones,
    (SELECT count(*)::int FROM points p WHERE p.floor_id = f.id) AS points,
    (SELECT count(*)::int FROM controllers c
       LEFT JOIN controller_sessions cs ON cs.id = c.session_id AND cs.ended_at IS NULL AND cs.lease_until >= now()
     WHERE c.floor_id = f.id AND c.status <> 'revoked' AND c.link <> 'never' AND (c.link = 'offline' OR cs.id IS NULL)) AS "controllersOffline"
  FROM floors f JOIN buildings b ON b.id = f.building_id`;

/** The tree of sites, buildings and floors, as far as the caller may see it. */
@Injectable()
export class SiteQueries {
  constructor(
    private readonly database: Database,
    private readonly access: AccessService,
  ) {}

  async tree(actor: Actor): Promise<SiteTree[]> {
    const floors = await this.floors(actor);
    const buildings = await this.buildings(actor, floors);
    const scope = this.access.scopeCondition(actor, 'building.read', { site: 's.id' }, 2);
    const sites = await this.database.query<SiteRow>(
      `SELECT s.id, s.name, s.time_zone AS "timeZone", s.address FROM sites s WHERE s.id = ANY ($1::uuid[]) OR ${scope.sql} ORDER BY s.name`,
      [buildings.map(({ siteId }) => siteId), ...scope.params],
    );
    return sites.map((site) => ({
      ...site,
      buildings: buildings.filter(({ siteId }) => siteId === site.id).map((building) => buildingNode(building, floors)),
    }));
  }

  private floors(actor: Actor): Promise<FloorRow[]> {
    const scope = this.access.scopeCondition(actor, 'building.read', { site: 'b.site_id', building: 'b.id', floor: 'f.id' }, 1);
    return this.database.query<FloorRow>(`${FLOORS} WHERE ${scope.sql} ORDER BY f.level`, scope.params);
  }

  /** Whole buildings of the scope, and those on the way to a floor of it. */
  private buildings(actor: Actor, floors: readonly FloorRow[]): Promise<BuildingRow[]> {
    const scope = this.access.scopeCondition(actor, 'building.read', { site: 'b.site_id', building: 'b.id' }, 2);
    return this.database.query<BuildingRow>(
      `SELECT b.id, b.name, b.site_id AS "siteId", ${scope.sql} AS "isWhole",
         (SELECT count(*)::int FROM equipment e WHERE e.building_id = b.id) AS equipment,
         (SELECT count(*)::int FROM points p WHERE p.building_id = b.id) AS points,
         (SELECT count(*)::int FROM points p WHERE p.building_id = b.id AND p.floor_id IS NULL AND ${OF_THE_BUILDING}) AS "plantPoints"
       FROM buildings b WHERE b.id = ANY ($1::uuid[]) OR ${scope.sql} ORDER BY b.name`,
      [floors.map(({ buildingId }) => buildingId), ...scope.params],
    );
  }
}

/** Who sees only some floors is told of nothing beyond them, counts included. */
function buildingNode({ siteId: _siteId, isWhole, ...building }: BuildingRow, all: readonly FloorRow[]): BuildingNode {
  const floors = all.filter(({ buildingId }) => buildingId === building.id).map(({ buildingId: _buildingId, ...floor }) => floor);
  if (isWhole) return { ...building, floors };
  return { ...building, floors, equipment: 0, points: floors.reduce((sum, floor) => sum + floor.points, 0), plantPoints: 0 };
}
