import type { AlarmInstance, LateWatch } from '@cupola/domain';
import { STALE_AFTER } from '../history/index.js';

/** An alarm as it is stored. Times in milliseconds since the epoch. */
export interface StoredAlarm {
  readonly id: string;
  readonly definitionId: string;
  readonly pointId: string | null;
  readonly controllerId: string | null;
  readonly gatewayId: string | null;
  readonly siteId: string;
  readonly buildingId: string | null;
  readonly floorId: string | null;
  readonly shard: number;
  readonly instance: AlarmInstance;
  /** Value that last changed it. */
  readonly value: number | null;
  readonly changedAt: number;
  readonly ackedAt: number | null;
  readonly ackedBy: string | null;
  readonly late: LateWatch | null;
  /** Grows by one with every transaction that changes the row. */
  readonly version: number;
}

/** What an alarm of a point is judged with, besides values. */
export interface AlarmSource {
  /** The controller that serves the point now. */
  readonly servingControllerId: string | null;
  /** DEV: the point whose value is the reference. */
  readonly referenceId: string | null;
  readonly staleAfterMs: number | null;
}

export interface AlarmRow extends Omit<StoredAlarm, 'changedAt' | 'ackedAt'>, AlarmSource {
  changedAt: Date;
  ackedAt: Date | null;
}

const COLUMNS = `
  a.id, a.definition_id AS "definitionId", a.point_id AS "pointId", a.controller_id AS "controllerId", a.gateway_id AS "gatewayId",
  a.site_id AS "siteId", a.building_id AS "buildingId", a.floor_id AS "floorId", a.shard, a.instance, a.value,
  a.changed_at AS "changedAt", a.acked_at AS "ackedAt", a.acked_by AS "ackedBy", a.late, a.version`;

/** Alarms with their sources; conditions are appended. */
export const WATCHED_ALARM = `
  SELECT ${COLUMNS}, ch.controller_id AS "servingControllerId", reference.id AS "referenceId", ${STALE_AFTER} AS "staleAfterMs"
  FROM alarms a
    JOIN alarm_definitions d ON d.id = a.definition_id
    LEFT JOIN points p ON p.id = a.point_id
    LEFT JOIN channels ch ON ch.point_id = p.id AND ch.retired_at IS NULL
    LEFT JOIN LATERAL (
      SELECT r.id FROM points r
      WHERE d.condition = 'DEV' AND r.equipment_id = p.equipment_id AND r.brick_class = d.reference_class AND r.id <> p.id
      ORDER BY r.key LIMIT 1
    ) AS reference ON true`;

/** In the order of ids, as everybody locks them. */
export const LOCK_ALARMS = `SELECT ${COLUMNS} FROM alarms a WHERE a.id = ANY ($1::uuid[]) ORDER BY a.id FOR UPDATE`;

export function storedFrom(row: Omit<AlarmRow, keyof AlarmSource>): StoredAlarm {
  const { id, definitionId, pointId, controllerId, gatewayId, siteId, buildingId, floorId, shard, instance, value, ackedBy, late, version } = row;
  return {
    ...{ id, definitionId, pointId, controllerId, gatewayId, siteId, buildingId, floorId, shard, instance, value, ackedBy, late, version },
    ...{ changedAt: row.changedAt.getTime(), ackedAt: row.ackedAt?.getTime() ?? null },
  };
}
