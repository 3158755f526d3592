import { displayState, nextDeadline } from '@cupola/domain';
import type { AlarmChanges, ChangedAlarm, NewLine } from './alarm-changes.js';

/** One statement inside the transaction; its rows. */
export type Query = <R>(sql: string, params?: unknown[]) => Promise<R[]>;

const SAVE = `
  UPDATE alarms a SET state = n.state, active = n.active, acked = n.acked, occurrence = n.occurrence, instance = n.instance, value = n.value,
    changed_at = to_timestamp(n.changed / 1000), acked_at = to_timestamp(n.acked_at / 1000), acked_by = n.acked_by, late = n.late, version = n.version
  FROM jsonb_to_recordset($1) AS n (id uuid, state text, active boolean, acked boolean, occurrence int, instance jsonb, value float8,
    changed float8, acked_at float8, acked_by text, late jsonb, version int)
  WHERE a.id = n.id AND a.version = n.version - 1 RETURNING a.id`;
const SET_TIMERS = `
  INSERT INTO timers (kind, subject, due_at)
  SELECT kind, subject, to_timestamp(due / 1000) FROM unnest($1::text[], $2::uuid[], $3::float8[]) AS t (kind, subject, due) ORDER BY subject, kind
  ON CONFLICT (kind, subject) DO UPDATE SET due_at = excluded.due_at`;
const CLEAR_TIMERS = 'DELETE FROM timers t USING unnest($1::text[], $2::uuid[]) AS gone (kind, subject) WHERE t.kind = gone.kind AND t.subject = gone.subject';
/**
 * One statement: the head's row stays locked until the commit, so numbers follow commit order. To be the last of its transaction,
 * because every other one that writes lines waits for it.
 */
const WRITE_LINES = `
  WITH head AS (UPDATE alarm_journal_head SET number = number + $2::int RETURNING number)
  INSERT INTO alarm_journal (number, alarm_id, definition_id, site_id, building_id, floor_id, fact, occurrence, at, by_name, text, value, state, acked)
  SELECT head.number - $2::int + n.position, n.alarm, n.definition, n.site, n.building, n.floor, n.fact, n.occurrence, to_timestamp(n.at / 1000), n.by, n.text, n.value, n.state, n.acked
  FROM head, jsonb_to_recordset($1) AS n (position int, alarm uuid, definition uuid, site uuid, building uuid, floor uuid, fact text, occurrence int, at float8,
    by text, text text, value float8, state text, acked boolean)
  RETURNING number`;

/** Alarms that somebody else changed meanwhile. */
export class StaleAlarms extends Error {
  constructor(readonly ids: readonly string[]) {
    super('alarms were changed by somebody else');
  }
}

/** Saves rows and due times. The journal comes after everything else, see `writeLines`. @throws StaleAlarms */
export async function writeAlarms(query: Query, changes: AlarmChanges): Promise<void> {
  const changed = [...changes.changed];
  if (changed.length > 0) await save(query, changed);
  await writeTimers(query, changes, changed);
  if (changes.removed.size > 0) await query('DELETE FROM alarms WHERE id = ANY ($1::uuid[])', [[...changes.removed]]);
}

/** The last statement before the commit. @returns the highest number, null without lines */
export async function writeLines(query: Query, lines: readonly NewLine[]): Promise<number | null> {
  if (lines.length === 0) return null;
  const rows = await query<{ number: string }>(WRITE_LINES, [JSON.stringify(lines.map(lineParameter)), lines.length]);
  return Math.max(...rows.map(({ number }) => Number(number)));
}

async function save(query: Query, changed: readonly ChangedAlarm[]): Promise<void> {
  const rows = changed.map(({ after: { id, instance, value, changedAt, ackedAt, ackedBy, late, version } }) => ({
    ...{ id, state: displayState(instance), active: instance.active, acked: instance.acked, occurrence: instance.occurrence, instance },
    ...{ value, changed: changedAt, acked_at: ackedAt, acked_by: ackedBy, late, version },
  }));
  const saved = new Set((await query<{ id: string }>(SAVE, [JSON.stringify(rows)])).map(({ id }) => id));
  const stale = rows.filter(({ id }) => !saved.has(id)).map(({ id }) => id);
  if (stale.length > 0) throw new StaleAlarms(stale);
}

async function writeTimers(query: Query, changes: AlarmChanges, changed: readonly ChangedAlarm[]): Promise<void> {
  const { prompts, prompted, removed } = changes;
  const due: [kind: string, subject: string, at: number | null][] = [...prompts].map(([id, at]) => ['alarm-stale', id, at]);
  for (const { before, after } of changed) {
    const at = nextDeadline(after.instance);
    if (!prompted.has(after.id) && at !== nextDeadline(before.instance)) due.push(['alarm', after.id, at]);
  }
  for (const [id, alarm] of prompted) due.push(['alarm', id, nextDeadline(changes.current(alarm).instance)]);
  for (const id of removed) due.push(['alarm', id, null], ['alarm-stale', id, null]);
  const set = due.filter(([, id, at]) => at !== null && !removed.has(id));
  const clear = due.filter(([, id, at]) => at === null || removed.has(id));
  if (set.length > 0) await query(SET_TIMERS, [set.map(([kind]) => kind), set.map(([, id]) => id), set.map(([, , at]) => at)]);
  if (clear.length > 0) await query(CLEAR_TIMERS, [clear.map(([kind]) => kind), clear.map(([, id]) => id)]);
}

function lineParameter(line: NewLine, index: number): object {
  const { alarm, fact, occurrence, at, by, text, value, state, acked } = line;
  return {
    ...{ position: index + 1, alarm: alarm.id, definition: alarm.definitionId, site: alarm.siteId, building: alarm.buildingId, floor: alarm.floorId },
    ...{ fact, occurrence, at, by, text, value, state, acked },
  };
}
