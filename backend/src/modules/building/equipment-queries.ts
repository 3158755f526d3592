import type { equipmentItem } from '@cupola/contracts';
import { pageQuery } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { AccessService } from '../../auth/access-service.js';
import type { Actor } from '../../auth/actor.js';
import { Database } from '../../database/database.js';
import { containing, decodeCursor, encodeCursor } from './cursor.js';

export type EquipmentItem = z.infer<typeof equipmentItem>;
export const equipmentQuery = z.object({
  ...pageQuery,
  search: z.string().trim().max(200).optional(),
  building: z.uuid().optional(),
  floor: z.uuid().optional(),
});
const position = z.tuple([z.string(), z.uuid()]);

const EQUIPMENT = `
  SELECT e.id, e.name, e.source_id AS "sourceId", e.brick_class AS "brickClass",
    jsonb_build_object('id', b.id, 'name', b.name) AS building,
    CASE WHEN f.id IS NOT NULL THEN jsonb_build_object('id', f.id, 'name', f.name, 'level', f.level) END AS floor,
    (SELECT count(*)::int FROM points p WHERE p.equipment_id = e.id) AS points,
    (SELECT jsonb_build_object('id', c.id, 'name', c.name) FROM controllers c
     WHERE c.equipment_id = e.id AND c.status <> 'revoked' LIMIT 1) AS controller
  FROM equipment e JOIN buildings b ON b.id = e.building_id LEFT JOIN floors f ON f.id = e.floor_id`;

/** Equipment as lists show it. */
@Injectable()
export class EquipmentQueries {
  constructor(
    private readonly database: Database,
    private readonly access: AccessService,
  ) {}

  /** In the order of names, within the caller's scope. @throws DomainError CURSOR_INVALID */
  async list(actor: Actor, query: z.output<typeof equipmentQuery>): Promise<{ items: EquipmentItem[]; nextCursor: string | null }> {
    const [afterName, afterId] = query.cursor === undefined ? [null, null] : decodeCursor(position, query.cursor);
    const scope = this.access.scopeCondition(actor, 'building.read', { site: 'b.site_id', building: 'b.id', floor: 'e.floor_id' }, 7);
    const rows = await this.database.query<EquipmentItem>(
      `${EQUIPMENT}
       WHERE ($1::uuid IS NULL OR b.id = $1) AND ($2::uuid IS NULL OR e.floor_id = $2)
         AND ($3::text IS NULL OR e.name ILIKE $3 OR e.source_id ILIKE $3 OR e.brick_class ILIKE $3)
         AND ($4::text IS NULL OR (e.name, e.id) > ($4, $5::uuid)) AND ${scope.sql}
       ORDER BY e.name, e.id LIMIT $6`,
      [
        ...[query.building ?? null, query.floor ?? null, query.search ? containing(query.search) : null],
        ...[afterName, afterId, query.limit + 1, ...scope.params],
      ],
    );
    const items = rows.slice(0, query.limit);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > query.limit && last ? encodeCursor([last.name, last.id]) : null };
  }
}
