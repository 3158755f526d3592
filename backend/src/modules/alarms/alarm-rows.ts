import type { Alarm, AlarmJournalLine } from '@cupola/contracts';
import type { AlarmCondition, AlarmFact, AlarmPriority, DisplayState, Location } from '@cupola/domain';

/** One alarm as lists show it; conditions and order are appended. */
export const ALARM = `
  SELECT a.id, a.priority, a.state, a.active, a.acked, (a.instance->>'latchedHold')::boolean AS latched, a.occurrence, a.changed_at,
    (a.instance->>'activeSince')::float8 AS active_since, a.acked_at, a.acked_by, a.value,
    d.id AS definition_id, d.name AS definition_name, d.condition, d."limit", d.deadband, d.consequence, d.action, d.respond_within_ms, p.unit,
    s.id AS site_id, s.name AS site_name, b.id AS building_id, b.name AS building_name, f.id AS floor_id, f.name AS floor_name, f.level AS floor_level,
    z.id AS zone_id, z.name AS zone_name, e.id AS equipment_id, e.name AS equipment_name, p.id AS point_id, p.label AS point_name,
    c.id AS controller_id, c.name AS controller_name
  FROM alarms a
    JOIN alarm_definitions d ON d.id = a.definition_id
    JOIN sites s ON s.id = a.site_id
    LEFT JOIN buildings b ON b.id = a.building_id
    LEFT JOIN floors f ON f.id = a.floor_id
    LEFT JOIN points p ON p.id = a.point_id
    LEFT JOIN zones z ON z.id = p.zone_id
    LEFT JOIN channels ch ON ch.point_id = p.id AND ch.retired_at IS NULL
    LEFT JOIN controllers c ON c.id = coalesce(a.controller_id, ch.controller_id)
    LEFT JOIN equipment e ON e.id = coalesce(p.equipment_id, c.equipment_id)`;

/** The columns of ALARM and of LINE that say where it is. */
export const ALARM_PLACE = { site: 'a.site_id', building: 'a.building_id', floor: 'a.floor_id' };
export const LINE_PLACE = { site: 'j.site_id', building: 'j.building_id', floor: 'j.floor_id' };

export const LINE = `
  SELECT j.number, j.alarm_id, j.fact, j.occurrence, j.at, j.recorded_at, j.by_name, j.text, j.value, j.state,
    j.site_id, j.building_id, j.floor_id FROM alarm_journal j`;

interface Names {
  site_name: string;
  building_id: string | null;
  building_name: string | null;
  floor_id: string | null;
  floor_name: string | null;
  floor_level: number | null;
  zone_id: string | null;
  zone_name: string | null;
  equipment_id: string | null;
  equipment_name: string | null;
  point_id: string | null;
  point_name: string | null;
  controller_id: string | null;
  controller_name: string | null;
}

export interface ShownAlarmRow extends Names {
  id: string;
  priority: AlarmPriority;
  state: DisplayState;
  active: boolean;
  acked: boolean;
  latched: boolean;
  occurrence: number;
  changed_at: Date;
  active_since: number | null;
  acked_at: Date | null;
  acked_by: string | null;
  value: number | null;
  unit: string | null;
  site_id: string;
  definition_id: string;
  definition_name: string;
  condition: AlarmCondition;
  limit: number | null;
  deadband: number;
  consequence: string;
  action: string;
  respond_within_ms: number | null;
}

export interface LineRow {
  number: string;
  alarm_id: string;
  fact: AlarmFact;
  occurrence: number;
  at: Date;
  recorded_at: Date;
  by_name: string | null;
  text: string | null;
  value: number | null;
  state: DisplayState;
  site_id: string;
  building_id: string | null;
  floor_id: string | null;
}

export function alarmFrom(row: ShownAlarmRow): Alarm {
  const { id, priority, state, active, acked, latched, occurrence, value, unit } = row;
  return {
    ...{ id, priority, state, active, acked, latched, occurrence, value, unit, definition: definitionOf(row) },
    ...{ since: row.changed_at.toISOString(), activeSince: row.active_since === null ? null : new Date(row.active_since).toISOString() },
    ...{ ackedAt: row.acked_at?.toISOString() ?? null, ackedBy: row.acked_by },
    ...placesOf(row),
  };
}

function definitionOf(row: ShownAlarmRow): Alarm['definition'] {
  const { condition, limit, deadband, consequence, action } = row;
  return { id: row.definition_id, name: row.definition_name, condition, limit, deadband, consequence, action, respondWithinMs: row.respond_within_ms };
}

function placesOf(row: ShownAlarmRow): Pick<Alarm, 'site' | 'building' | 'floor' | 'zone' | 'equipment' | 'point' | 'controller'> {
  const floor = placeFrom(row.floor_id, row.floor_name);
  return {
    site: { id: row.site_id, name: row.site_name },
    building: placeFrom(row.building_id, row.building_name),
    floor: floor && { ...floor, level: row.floor_level ?? 0 },
    zone: placeFrom(row.zone_id, row.zone_name),
    equipment: placeFrom(row.equipment_id, row.equipment_name),
    point: placeFrom(row.point_id, row.point_name),
    controller: placeFrom(row.controller_id, row.controller_name),
  };
}

export function lineFrom(row: LineRow): AlarmJournalLine {
  const { fact, occurrence, text, value, state } = row;
  return {
    ...{ number: Number(row.number), alarmId: row.alarm_id, fact, occurrence, by: row.by_name, text, value, state },
    ...{ at: row.at.toISOString(), recordedAt: row.recorded_at.toISOString() },
  };
}

export function placeOfLine(row: LineRow): Location {
  return { siteId: row.site_id, buildingId: row.building_id, floorId: row.floor_id };
}

function placeFrom(id: string | null, name: string | null): { id: string; name: string } | null {
  return id === null ? null : { id, name: name ?? '' };
}
