import { encodeQuality, SUBDEVICE_ONLINE } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import type { StoredReading } from '../history/index.js';
import { type Definition, definitionFrom, type DefinitionRow } from './definition.js';
import { type AlarmRow, type AlarmSource, type StoredAlarm, storedFrom, WATCHED_ALARM } from './stored-alarm.js';

/** A definition with an alarm of it. */
export interface Watched {
  readonly alarm: StoredAlarm;
  readonly definition: Definition;
  readonly source: AlarmSource;
}

const NONE: readonly Watched[] = [];
const DOWN = encodeQuality('DOWN');
const AWAY = `
  SELECT ch.point_id AS "pointId" FROM subdevices sub
    JOIN channels ch ON ch.controller_id = sub.controller_id AND ch.subdevice = sub.id AND ch.retired_at IS NULL
  WHERE sub.state <> '${SUBDEVICE_ONLINE}' AND ch.point_id IS NOT NULL`;

/** Definitions and alarms in memory, so that a sample that changes nothing costs no statement. */
@Injectable()
export class AlarmCache {
  /** Confirmed controllers that are not connected, and why, as the last look at their links found them. */
  offline: ReadonlyMap<string, string> = new Map();
  /** Confirmed controllers whose identity is doubted, and why. */
  doubted: ReadonlyMap<string, string> = new Map();
  #away: ReadonlySet<string> = new Set();
  #definitions = new Map<string, Definition>();
  #alarms = new Map<string, StoredAlarm>();
  #sources = new Map<string, AlarmSource>();
  #byPoint = new Map<string, string[]>();
  #byReference = new Map<string, string[]>();
  #byController = new Map<string, string[]>();
  #ofGateways: string[] = [];
  /** Alarms of controllers that show something, and the controller of each. */
  #troubled = new Map<string, string>();

  constructor(private readonly database: Database) {}

  /** Points behind devices that their controllers do not reach. */
  get away(): ReadonlySet<string> {
    return this.#away;
  }

  async loadAway(): Promise<void> {
    const rows = await this.database.query<{ pointId: string }>(AWAY);
    this.#away = new Set(rows.map(({ pointId }) => pointId));
  }

  /** The reading as the console shows it: DOWN while the device that measures it is away. */
  asShown(pointId: string, reading: StoredReading | undefined): StoredReading | undefined {
    return reading && this.#away.has(pointId) ? { ...reading, stored: DOWN } : reading;
  }

  /** Reads everything again. A row that is older than what is known stays out: its newer state is on the way. */
  async load(): Promise<void> {
    // First: a start that judged without it would clear what an absent device raised, and raise it anew a moment later.
    await this.loadAway();
    const definitions = await this.database.query<DefinitionRow>('SELECT * FROM alarm_definitions');
    const rows = await this.database.query<AlarmRow>(WATCHED_ALARM);
    const before = this.#alarms;
    this.#definitions = new Map(definitions.map((row) => [row.id, definitionFrom(row)]));
    this.#alarms = new Map();
    this.#sources = new Map();
    this.#byPoint = new Map();
    this.#byReference = new Map();
    this.#byController = new Map();
    this.#ofGateways = [];
    this.#troubled = new Map();
    for (const row of rows) {
      const read = storedFrom(row);
      const known = before.get(read.id);
      // Where it stands is only ever read; what happened to it may have been written since.
      this.#keep(known && known.version > read.version ? { ...known, ...placeOf(read) } : read);
      this.#sources.set(read.id, row);
      if (row.pointId !== null) add(this.#byPoint, row.pointId, row.id);
      else if (row.controllerId !== null) add(this.#byController, row.controllerId, row.id);
      else this.#ofGateways.push(row.id);
      if (row.referenceId !== null) add(this.#byReference, row.referenceId, row.id);
    }
  }

  /** Reads some alarms again, whatever is known of them. */
  async reload(ids: readonly string[]): Promise<void> {
    const rows = await this.database.query<AlarmRow>(`${WATCHED_ALARM} WHERE a.id = ANY ($1::uuid[])`, [ids]);
    const found = new Map(rows.map((row) => [row.id, row]));
    for (const id of ids) {
      const row = found.get(id);
      if (row && this.#alarms.has(id)) this.#keep(storedFrom(row));
      if (!row) this.forget(id);
    }
  }

  /** Takes what was committed. */
  put(alarm: StoredAlarm): void {
    const known = this.#alarms.get(alarm.id);
    if (known && known.version < alarm.version) this.#keep(alarm);
  }

  forget(id: string): void {
    this.#alarms.delete(id);
    this.#troubled.delete(id);
  }

  /** Alarms that are judged from this point's value. */
  ofPoint(pointId: string): readonly Watched[] {
    return this.#watched(this.#byPoint.get(pointId));
  }

  /** Alarms whose reference this point is. */
  ofReference(pointId: string): readonly Watched[] {
    return this.#watched(this.#byReference.get(pointId));
  }

  /** Alarms of the controller itself. */
  ofController(controllerId: string): readonly Watched[] {
    return this.#watched(this.#byController.get(controllerId));
  }

  /** Alarms of gateways. */
  ofGateways(): readonly Watched[] {
    return this.#watched(this.#ofGateways);
  }

  /** Controllers whose own alarms show something, which may be over. Asked each second: a house that is well costs nothing. */
  troubledControllers(): ReadonlySet<string> {
    return new Set(this.#troubled.values());
  }

  all(): readonly Watched[] {
    return this.#watched([...this.#alarms.keys()]);
  }

  get(id: string): Watched | undefined {
    const alarm = this.#alarms.get(id);
    const definition = alarm && this.#definitions.get(alarm.definitionId);
    const source = this.#sources.get(id);
    return alarm && definition && source ? { alarm, definition, source } : undefined;
  }

  /** In the technician's words: why the controller is not connected, or its identity is doubted. */
  whyOf({ alarm: { controllerId }, definition }: Watched): string | null {
    if (controllerId === null) return null;
    return (definition.rules.condition === 'IDENTITY' ? this.doubted : this.offline).get(controllerId) ?? null;
  }

  /** Whether an alarm of this point is active. */
  isInAlarm(pointId: string): boolean {
    return this.#byPoint.get(pointId)?.some((id) => this.#alarms.get(id)?.instance.active) ?? false;
  }

  #keep(alarm: StoredAlarm): void {
    this.#alarms.set(alarm.id, alarm);
    if (alarm.controllerId !== null && alarm.instance.condition !== 'FALSE') this.#troubled.set(alarm.id, alarm.controllerId);
    else this.#troubled.delete(alarm.id);
  }

  #watched(ids: readonly string[] | undefined): readonly Watched[] {
    if (ids === undefined) return NONE;
    const watched: Watched[] = [];
    for (const id of ids) {
      const each = this.get(id);
      if (each !== undefined) watched.push(each);
    }
    return watched;
  }
}

function placeOf({ siteId, buildingId, floorId, shard }: StoredAlarm): Pick<StoredAlarm, 'siteId' | 'buildingId' | 'floorId' | 'shard'> {
  return { siteId, buildingId, floorId, shard };
}

function add(index: Map<string, string[]>, key: string, id: string): void {
  const ids = index.get(key);
  if (ids) ids.push(id);
  else index.set(key, [id]);
}
