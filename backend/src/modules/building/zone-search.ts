import type { FoundZone, zonesQuery } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AccessService } from '../../auth/access-service.js';
import type { Actor } from '../../auth/actor.js';
import { Database } from '../../database/database.js';
import { containing } from './cursor.js';

/** Zones by their names. A zone that stands on no floor cannot be gone to, and one that spans several is found on each. */
@Injectable()
export class ZoneSearch {
  constructor(
    private readonly database: Database,
    private readonly access: AccessService,
  ) {}

  /** Within the caller's scope, those first whose name begins with what is searched. */
  find(actor: Actor, { search, limit }: z.output<typeof zonesQuery>): Promise<FoundZone[]> {
    const scope = this.access.scopeCondition(actor, 'building.read', { site: 'b.site_id', building: 'b.id', floor: 'f.id' }, 4);
    return this.database.query<FoundZone>(
      `SELECT z.id, z.name, jsonb_build_object('id', f.id, 'name', f.name, 'level', f.level) AS floor, jsonb_build_object('id', b.id, 'name', b.name) AS building
       FROM zones z JOIN buildings b ON b.id = z.building_id
         JOIN LATERAL (SELECT DISTINCT s.floor_id FROM zone_spaces zs JOIN spaces s ON s.id = zs.space_id WHERE zs.zone_id = z.id) AS on_floor ON true
         JOIN floors f ON f.id = on_floor.floor_id
       WHERE z.name || ' ' || f.name || ' ' || b.name ILIKE ALL ($1::text[]) AND ${scope.sql}
       ORDER BY z.name NOT ILIKE $2, z.name, z.id LIMIT $3`,
      [search.split(/\s+/).map(containing), containing(search).slice(1), limit, ...scope.params],
    );
  }
}
