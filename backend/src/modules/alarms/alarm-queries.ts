import { type Alarm, type AlarmDetail, type AlarmJournalLine, type alarmJournalQuery, type AlarmOccurrence, type alarmsQuery, DomainError } from '@cupola/contracts';
import type { Location } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AccessService } from '../../auth/access-service.js';
import type { Actor } from '../../auth/actor.js';
import { Database } from '../../database/database.js';
import { ALARM, ALARM_PLACE, alarmFrom, LINE, LINE_PLACE, lineFrom, type LineRow, placeOfLine, type ShownAlarmRow } from './alarm-rows.js';

/** The newest lines that a detail carries. */
const DETAIL_LINES = 200;
/** An occurrence that is commented without end is cut. */
const OCCURRENCE_LINES = 1000;

/** A line, and where it belongs. */
export interface LocatedLine {
  line: AlarmJournalLine;
  location: Location;
}

/** Alarms and their journal as people and programs see them. */
@Injectable()
export class AlarmQueries {
  constructor(
    private readonly database: Database,
    private readonly access: AccessService,
  ) {}

  /** What is not NORM, the most urgent first. True for `seq` or later: what happens meanwhile comes once more with the journal. */
  async shown(actor: Actor, query: z.output<typeof alarmsQuery> = {}): Promise<{ seq: number; items: Alarm[] }> {
    const seq = await this.head();
    const scope = this.access.scopeCondition(actor, 'alarms.read', ALARM_PLACE, 4);
    const rows = await this.database.query<ShownAlarmRow>(
      `${ALARM} WHERE a.state <> 'NORM' AND ($1::uuid IS NULL OR a.floor_id = $1) AND ($2::uuid IS NULL OR a.building_id = $2)
         AND ($3::uuid IS NULL OR a.point_id = $3) AND ${scope.sql} ORDER BY a.priority, a.changed_at DESC, a.id`,
      [query.floor ?? null, query.building ?? null, query.point ?? null, ...scope.params],
    );
    return { seq, items: rows.map(alarmFrom) };
  }

  /** @throws DomainError NOT_FOUND, also for what the caller may not see */
  async get(actor: Actor, id: string): Promise<AlarmDetail> {
    const alarm = await this.#readable(actor, id);
    const lines = await this.database.query<LineRow>(`${LINE} WHERE j.alarm_id = $1 ORDER BY j.number DESC LIMIT ${DETAIL_LINES}`, [id]);
    const journal = lines.reverse().map(lineFrom);
    return { ...alarm, journal, occurrences: occurrencesOf(journal) };
  }

  /** One time that it was raised, from the journal. @throws DomainError NOT_FOUND, also for what never happened */
  async occurrence(actor: Actor, id: string, occurrence: number): Promise<AlarmOccurrence> {
    const alarm = await this.#readable(actor, id);
    const lines = await this.database.query<LineRow>(`${LINE} WHERE j.alarm_id = $1 AND j.occurrence = $2 ORDER BY j.number LIMIT ${OCCURRENCE_LINES}`, [id, occurrence]);
    const journal = lines.map(lineFrom);
    const [span] = occurrencesOf(journal);
    if (!span) throw new DomainError('NOT_FOUND', 'It was not raised so often.');
    return { ...span, alarm, journal };
  }

  /** Alarms whole, by id; those that exist no more are not among them. */
  async byIds(ids: readonly string[]): Promise<Map<string, Alarm>> {
    const rows = ids.length === 0 ? [] : await this.database.query<ShownAlarmRow>(`${ALARM} WHERE a.id = ANY ($1::uuid[])`, [ids]);
    return new Map(rows.map((row) => [row.id, alarmFrom(row)]));
  }

  /** Within the caller's scope, oldest first. */
  async journal(actor: Actor, { after, limit, alarm }: z.output<typeof alarmJournalQuery>): Promise<{ items: AlarmJournalLine[]; head: number }> {
    const head = await this.head();
    const scope = this.access.scopeCondition(actor, 'alarms.read', LINE_PLACE, 4);
    const rows = await this.database.query<LineRow>(
      `${LINE} WHERE j.number > $1 AND ($2::uuid IS NULL OR j.alarm_id = $2) AND ${scope.sql} ORDER BY j.number LIMIT $3`,
      [after, alarm ?? null, limit, ...scope.params],
    );
    return { items: rows.map((row) => lineFrom(row)), head };
  }

  /** Everybody's lines after a number, in order. */
  async linesAfter(number: number, limit: number): Promise<LocatedLine[]> {
    const rows = await this.database.query<LineRow>(`${LINE} WHERE j.number > $1 ORDER BY j.number LIMIT $2`, [number, limit]);
    return rows.map((row) => ({ line: lineFrom(row), location: placeOfLine(row) }));
  }

  async #readable(actor: Actor, id: string): Promise<Alarm> {
    const [row] = await this.database.query<ShownAlarmRow>(`${ALARM} WHERE a.id = $1`, [id]);
    if (!row || !this.access.may(actor, 'alarms.read', locationOf(row))) throw unknownAlarm();
    return alarmFrom(row);
  }

  /** The number of the last line; 0 before the first. */
  async head(): Promise<number> {
    const [row] = await this.database.query<{ number: string }>('SELECT number FROM alarm_journal_head');
    return Number(row?.number ?? 0);
  }
}

export function unknownAlarm(): DomainError {
  return new DomainError('NOT_FOUND', 'There is no such alarm.');
}

function locationOf(row: ShownAlarmRow): Location {
  return { siteId: row.site_id, buildingId: row.building_id, floorId: row.floor_id };
}

/** Newest first, as far back as the lines go. */
function occurrencesOf(journal: readonly AlarmJournalLine[]): AlarmDetail['occurrences'] {
  const occurrences = new Map<number, AlarmDetail['occurrences'][number]>();
  for (const { fact, occurrence, at, by } of journal) {
    if (fact === 'ACTIVATED') occurrences.set(occurrence, { occurrence, from: at, to: null, ackedAt: null, ackedBy: null });
    const known = occurrences.get(occurrence);
    if (!known) continue;
    if (fact === 'CLEARED') known.to = at;
    if (fact === 'ACKNOWLEDGED' || fact === 'AUTO_ACKNOWLEDGED') Object.assign(known, { ackedAt: at, ackedBy: by });
  }
  return [...occurrences.values()].reverse();
}
