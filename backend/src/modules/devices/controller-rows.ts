import type { Controller } from '@cupola/contracts';
import type { ControllerStatus, LinkState, SessionReason, SessionState } from '@cupola/domain';
import { explain } from './session-doctor.js';

/** Whether the current session's lease lapsed: said at once, whatever the row still says. Needs `c` and `s` of CONTROLLER. */
export const IS_LAPSED = `(c.link = 'online' AND (s.lease_until IS NULL OR s.lease_until < now()))`;
export const LINK_NOW = `CASE WHEN ${IS_LAPSED} THEN 'offline' ELSE c.link END`;
/** As LINK_NOW, but degraded while it is connected and left its last calls unanswered. */
export const STATE_NOW = `CASE WHEN ${LINK_NOW} = 'online' AND c.degraded_since IS NOT NULL THEN 'degraded' ELSE ${LINK_NOW} END`;

/** One controller as lists show it; conditions and order are appended. */
export const CONTROLLER = `
  SELECT c.id, c.name, c.slot, c.type, c.serial, c.model, c.firmware, c.status, ${LINK_NOW} AS link, ${STATE_NOW} AS state, c.reason, c.detail, c.since,
    ${IS_LAPSED} AS is_lapsed, s.lease_until, greatest(c.last_seen_at, s.last_seen_at) AS last_seen_at,
    c.site_id, site.name AS site_name, c.building_id, building.name AS building_name,
    c.floor_id, floor.name AS floor_name, floor.level AS floor_level, c.equipment_id, equipment.name AS equipment_name,
    count.reported, count.bound, count.quarantined, claim.expires_at AS claim_expires_at, claim.tries_left
  FROM controllers c
  JOIN sites site ON site.id = c.site_id
  LEFT JOIN buildings building ON building.id = c.building_id
  LEFT JOIN floors floor ON floor.id = c.floor_id
  LEFT JOIN equipment ON equipment.id = c.equipment_id
  LEFT JOIN controller_sessions s ON s.id = c.session_id AND s.ended_at IS NULL
  LEFT JOIN claim_codes claim ON claim.controller_id = c.id AND claim.expires_at > now()
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS reported, count(ch.point_id)::int AS bound, count(ch.quarantine)::int AS quarantined
    FROM channels ch WHERE ch.controller_id = c.id AND ch.retired_at IS NULL
  ) AS count`;

export interface ControllerRow {
  id: string;
  name: string;
  slot: string;
  type: string;
  serial: string | null;
  model: string;
  firmware: string;
  status: ControllerStatus;
  link: LinkState;
  state: SessionState;
  reason: SessionReason;
  detail: string;
  since: Date;
  is_lapsed: boolean;
  lease_until: Date | null;
  last_seen_at: Date | null;
  site_id: string;
  site_name: string;
  building_id: string | null;
  building_name: string | null;
  floor_id: string | null;
  floor_name: string | null;
  floor_level: number | null;
  equipment_id: string | null;
  equipment_name: string | null;
  reported: number;
  bound: number;
  quarantined: number;
  claim_expires_at: Date | null;
  tries_left: number | null;
}

export function controllerFrom(row: ControllerRow): Controller {
  const floor = placeFrom(row.floor_id, row.floor_name);
  return {
    ...{ id: row.id, name: row.name, slot: row.slot, type: row.type, serial: row.serial },
    ...{ model: row.model, firmware: row.firmware, status: row.status, link: row.link, state: row.state },
    ...stateFrom(row),
    lastSeenAt: row.last_seen_at?.toISOString() ?? null,
    site: { id: row.site_id, name: row.site_name },
    building: placeFrom(row.building_id, row.building_name),
    floor: floor === null ? null : { ...floor, level: row.floor_level ?? 0 },
    equipment: placeFrom(row.equipment_id, row.equipment_name),
    points: { reported: row.reported, bound: row.bound, quarantined: row.quarantined },
    claim: row.claim_expires_at === null ? null : { expiresAt: row.claim_expires_at.toISOString(), triesLeft: row.tries_left ?? 0 },
  };
}

function stateFrom(row: ControllerRow): Pick<Controller, 'reason' | 'detail' | 'since'> {
  if (!row.is_lapsed) return { reason: row.reason, detail: row.detail || explain(row.reason), since: row.since.toISOString() };
  return { reason: 'gateway_lost', detail: explain('gateway_lost'), since: (row.lease_until ?? row.since).toISOString() };
}

function placeFrom(id: string | null, name: string | null): { id: string; name: string } | null {
  return id === null ? null : { id, name: name ?? '' };
}
