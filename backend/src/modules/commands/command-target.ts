import type { Location, OverridePoint, PointKind, PointState } from '@cupola/domain';
import type { Transaction } from '../../database/unit-of-work.js';

/** A point as commands see it: the model's word on it, narrowed by what its controller can hold. */
export interface CommandTarget {
  pointId: string;
  label: string;
  unit: string | null;
  location: Location;
  /** Null: no controller serves the point. */
  controllerId: string | null;
  rules: OverridePoint;
}

interface TargetRow {
  id: string;
  label: string;
  unit: string | null;
  kind: PointKind;
  writable: boolean;
  states: PointState[] | null;
  min: number | null;
  max: number | null;
  resolution: number | null;
  max_override_ms: number;
  site_id: string;
  building_id: string;
  floor_id: string | null;
  controller_id: string | null;
  channel_writable: boolean | null;
  channel_min: number | null;
  channel_max: number | null;
}

/** Locks the point, so that its commands come one after the other, and reads it with its channel; undefined = there is none. */
export async function lockTarget(tx: Transaction, pointId: string): Promise<CommandTarget | undefined> {
  await tx.query('SELECT id FROM points WHERE id = $1 FOR NO KEY UPDATE', [pointId]);
  const [row] = await tx.query<TargetRow>(
    `SELECT p.id, p.label, p.unit, p.kind, p.writable, coalesce(p.states, ch.states) AS states, p.min, p.max,
       coalesce(p.resolution, ch.resolution) AS resolution, p.max_override_ms, b.site_id, p.building_id, p.floor_id,
       ch.controller_id, ch.writable AS channel_writable, ch.min AS channel_min, ch.max AS channel_max
     FROM points p JOIN buildings b ON b.id = p.building_id
     LEFT JOIN channels ch ON ch.point_id = p.id AND ch.retired_at IS NULL
     WHERE p.id = $1`,
    [pointId],
  );
  return row === undefined ? undefined : targetFrom(row);
}

function targetFrom(row: TargetRow): CommandTarget {
  return {
    ...{ pointId: row.id, label: row.label, unit: row.unit, controllerId: row.controller_id },
    location: { siteId: row.site_id, buildingId: row.building_id, floorId: row.floor_id },
    rules: {
      kind: row.kind,
      writable: row.writable && row.channel_writable !== false,
      codes: row.states?.map(({ code }) => code) ?? null,
      min: narrower(Math.max, row.min, row.channel_min),
      max: narrower(Math.min, row.max, row.channel_max),
      resolution: row.resolution,
      maxOverrideMs: row.max_override_ms,
    },
  };
}

function narrower(choose: (a: number, b: number) => number, a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : choose(a, b);
}
