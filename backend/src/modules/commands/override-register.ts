import { DomainError, type ForcedSlot, type overridesQuery } from '@cupola/contracts';
import type { PointKind, PriorityLevel } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AccessService } from '../../auth/access-service.js';
import type { Actor } from '../../auth/actor.js';
import { Database } from '../../database/database.js';

export type OverridesQuery = z.output<typeof overridesQuery>;

interface ForcedRow {
  point_id: string;
  label: string;
  unit: string | null;
  kind: PointKind;
  states: ForcedSlot['states'];
  site_id: string;
  site: string;
  building_id: string;
  building: string;
  floor_id: string | null;
  floor: string | null;
  equipment_id: string | null;
  equipment: string | null;
  level: PriorityLevel;
  intended: number | null;
  reported: number | null;
  owner: string | null;
  reason: string | null;
  since: Date | null;
  until: Date | null;
  command_id: string | null;
  is_reported: boolean;
  is_overdue: boolean;
}

const PLACE = { site: 'b.site_id', building: 'p.building_id', floor: 'p.floor_id' };

/**
 * One row per slot that somebody fills: our intents and what hosts report, joined where both speak of the same command.
 * A slot whose owner is a command of ours that is over was forgotten by nobody but the host.
 */
const FORCED = `
  WITH reported AS (
    SELECT h.point_id, (s->>'level')::smallint AS level, (s->>'value')::float8 AS value, (s->>'commandId')::uuid AS command_id,
      h.reported_at + (s->>'remainingMs')::float8 * interval '1 millisecond' AS until
    FROM hosted_points h CROSS JOIN LATERAL jsonb_array_elements(h.hosted->'slots') AS s
  ), forced AS (
    SELECT point_id, level, i.value AS intended, r.value AS reported, i.owner, i.reason, i.since,
      i.until, r.until AS host_until, i.command_id, r.command_id AS host_command_id,
      i.point_id IS NOT NULL AS is_intended, r.point_id IS NOT NULL AS is_held
    FROM intents i FULL JOIN reported r USING (point_id, level)
  )
  SELECT p.id AS point_id, p.label, p.unit, p.kind, p.states, b.site_id, site.name AS site, p.building_id, b.name AS building, p.floor_id, f.name AS floor,
    p.equipment_id, e.name AS equipment, forced.level, forced.intended, forced.reported,
    coalesce(forced.owner, c.requested_by_name) AS owner, coalesce(forced.reason, c.reason) AS reason,
    coalesce(forced.since, c.requested_at) AS since, coalesce(forced.until, forced.host_until, c.until) AS until,
    coalesce(forced.command_id, forced.host_command_id) AS command_id,
    forced.is_held AND (NOT forced.is_intended OR forced.command_id IS NOT DISTINCT FROM forced.host_command_id) AS is_reported,
    NOT forced.is_intended AND c.id IS NOT NULL AS is_overdue
  FROM forced
  JOIN points p ON p.id = forced.point_id
  JOIN buildings b ON b.id = p.building_id JOIN sites site ON site.id = b.site_id
  LEFT JOIN floors f ON f.id = p.floor_id LEFT JOIN equipment e ON e.id = p.equipment_id
  LEFT JOIN commands c ON c.id = forced.host_command_id`;

/** Everything that is forced, by us or by others. */
@Injectable()
export class OverrideRegister {
  constructor(
    private readonly database: Database,
    private readonly access: AccessService,
  ) {}

  /** In the order of points. The cursor is `point:level` of the last row. @throws DomainError CURSOR_INVALID */
  async list(actor: Actor, query: OverridesQuery): Promise<{ items: ForcedSlot[]; nextCursor: string | null }> {
    const [afterPoint, afterLevel] = readCursor(query.cursor);
    const scope = this.access.scopeCondition(actor, 'overrides.read', PLACE, 5);
    const rows = await this.database.query<ForcedRow>(
      `${FORCED} WHERE ($1::uuid IS NULL OR p.floor_id = $1) AND ($2::uuid IS NULL OR (p.id, forced.level) > ($2, $3::smallint)) AND ${scope.sql}
       ORDER BY p.id, forced.level LIMIT $4`,
      [query.floor ?? null, afterPoint, afterLevel, query.limit + 1, ...scope.params],
    );
    const last = rows[query.limit - 1];
    const nextCursor = rows.length > query.limit && last !== undefined ? `${last.point_id}:${last.level}` : null;
    return { items: rows.slice(0, query.limit).map(forcedFrom), nextCursor };
  }
}

function forcedFrom(row: ForcedRow): ForcedSlot {
  return {
    point: { id: row.point_id, name: row.label },
    ...{ unit: row.unit, kind: row.kind, states: row.states },
    site: { id: row.site_id, name: row.site },
    building: { id: row.building_id, name: row.building },
    floor: row.floor_id === null ? null : { id: row.floor_id, name: row.floor ?? '' },
    equipment: row.equipment_id === null ? null : { id: row.equipment_id, name: row.equipment ?? '' },
    ...{ level: row.level, value: row.is_reported ? row.reported : (row.intended ?? row.reported), by: row.owner, reason: row.reason },
    since: row.since?.toISOString() ?? null,
    until: row.until?.toISOString() ?? null,
    ...{ commandId: row.command_id, isReported: row.is_reported, isOverdue: row.is_overdue },
  };
}

function readCursor(cursor: string | undefined): [string | null, number | null] {
  if (cursor === undefined) return [null, null];
  const [, point, level] = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(\d{1,2})$/.exec(cursor) ?? [];
  if (point === undefined || level === undefined) throw new DomainError('CURSOR_INVALID', 'The cursor is not one that an earlier page gave.');
  return [point, Number(level)];
}
