import type { Point, Reading } from '@cupola/contracts';
import { type LinkState, type PointFunction, type PointKind, type PointState, type PresentReading, SUBDEVICE_ONLINE } from '@cupola/domain';
import { STALE_AFTER } from '../history/index.js';

/**
 * A controller's link as it is now: a lapsed lease counts as offline at once, whatever the row still says. Needs `c` and its
 * open session `cs`.
 */
const LINK_NOW = `CASE WHEN c.link = 'online' AND (cs.lease_until IS NULL OR cs.lease_until < now()) THEN 'offline' ELSE c.link END`;

export const SERVING_CONTROLLER = `
  LEFT JOIN channels ch ON ch.point_id = p.id AND ch.retired_at IS NULL
  LEFT JOIN controllers c ON c.id = ch.controller_id
  LEFT JOIN controller_sessions cs ON cs.id = c.session_id AND cs.ended_at IS NULL
  LEFT JOIN subdevices sub ON sub.controller_id = ch.controller_id AND sub.id = ch.subdevice`;
/** The device behind the controller that measures the point is not there. */
const IS_SUBDEVICE_AWAY = `coalesce(sub.state <> '${SUBDEVICE_ONLINE}', false) AS "isSubdeviceAway"`;

/** One point as lists show it, without its reading; conditions and order are appended. */
export const POINT = `
  SELECT p.id, p.key, p.label, p.source_id AS "sourceId", p.kind, p.function, p.brick_class AS "brickClass", p.unit, p.states, p.writable,
    p.min, p.max, p.resolution, ${STALE_AFTER} AS "staleAfterMs", p.relinquish_default AS "relinquishDefault", p.max_override_ms AS "maxOverrideMs",
    s.id AS site_id, s.name AS site_name, b.id AS building_id, b.name AS building_name, f.id AS floor_id, f.name AS floor_name, f.level AS floor_level,
    z.id AS zone_id, z.name AS zone_name, e.id AS equipment_id, e.name AS equipment_name, e.brick_class AS equipment_class,
    c.id AS controller_id, c.name AS controller_name, ${LINK_NOW} AS link, ${IS_SUBDEVICE_AWAY}
  FROM points p
    JOIN buildings b ON b.id = p.building_id
    JOIN sites s ON s.id = b.site_id
    LEFT JOIN floors f ON f.id = p.floor_id
    LEFT JOIN zones z ON z.id = p.zone_id
    LEFT JOIN equipment e ON e.id = p.equipment_id
    ${SERVING_CONTROLLER}`;

export const READING_INPUT = `
  SELECT p.id, c.id AS "controllerId", ${STALE_AFTER} AS "staleAfterMs", ${LINK_NOW} AS link, ${IS_SUBDEVICE_AWAY}
  FROM points p ${SERVING_CONTROLLER}`;

export interface PointRow {
  id: string;
  key: string;
  label: string;
  sourceId: string | null;
  kind: PointKind;
  function: PointFunction;
  brickClass: string | null;
  unit: string | null;
  states: PointState[] | null;
  writable: boolean;
  min: number | null;
  max: number | null;
  resolution: number | null;
  staleAfterMs: number;
  relinquishDefault: number | null;
  maxOverrideMs: number;
  site_id: string;
  site_name: string;
  building_id: string;
  building_name: string;
  floor_id: string | null;
  floor_name: string | null;
  floor_level: number | null;
  zone_id: string | null;
  zone_name: string | null;
  equipment_id: string | null;
  equipment_name: string | null;
  equipment_class: string | null;
  controller_id: string | null;
  controller_name: string | null;
  link: LinkState | null;
  isSubdeviceAway: boolean;
}

export function toPoint(row: PointRow, reading: Reading): Point {
  const floor = placeFrom(row.floor_id, row.floor_name);
  const equipment = placeFrom(row.equipment_id, row.equipment_name);
  const controller = placeFrom(row.controller_id, row.controller_name);
  return {
    ...reading,
    ...{ id: row.id, key: row.key, label: row.label, sourceId: row.sourceId, kind: row.kind, function: row.function },
    ...{ brickClass: row.brickClass, unit: row.unit, states: row.states, writable: row.writable },
    ...{ min: row.min, max: row.max, resolution: row.resolution, staleAfterMs: row.staleAfterMs },
    site: { id: row.site_id, name: row.site_name },
    building: { id: row.building_id, name: row.building_name },
    floor: floor && { ...floor, level: row.floor_level ?? 0 },
    zone: placeFrom(row.zone_id, row.zone_name),
    equipment: equipment && { ...equipment, brickClass: row.equipment_class },
    controller: controller && { ...controller, link: row.link ?? 'never' },
  };
}

export function toReading({ sourceTime, ...reading }: PresentReading): Reading {
  return { ...reading, sourceTime: sourceTime === null ? null : new Date(sourceTime).toISOString() };
}

function placeFrom(id: string | null, name: string | null): { id: string; name: string } | null {
  return id === null ? null : { id, name: name ?? '' };
}
