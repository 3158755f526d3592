import { newAlarm, shardOf } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../clock.js';
import { Database } from '../../database/database.js';
import { AlarmActs, type AlarmWork } from './alarm-acts.js';
import { AlarmCache } from './alarm-cache.js';
import { Rejudging } from './rejudging.js';
import type { StoredAlarm } from './stored-alarm.js';

/** What the definitions watch now. Values are judged of analog points alone; a class that has other points watches the analog ones. */
const WANTED = `
  SELECT w.*, d.enabled, d.priority FROM alarm_definitions d CROSS JOIN LATERAL (
    SELECT d.id AS "definitionId", p.id AS "pointId", NULL::uuid AS "controllerId", b.site_id AS "siteId", p.building_id AS "buildingId",
      p.floor_id AS "floorId", ch.controller_id AS serving
    FROM points p JOIN buildings b ON b.id = p.building_id LEFT JOIN channels ch ON ch.point_id = p.id AND ch.retired_at IS NULL
    WHERE d.target = 'point' AND p.id = d.point_id AND (d.condition IN ('STALE', 'FAULT') OR p.kind = 'analog')
    UNION ALL
    SELECT d.id, p.id, NULL, b.site_id, p.building_id, p.floor_id, ch.controller_id
    FROM points p JOIN buildings b ON b.id = p.building_id LEFT JOIN channels ch ON ch.point_id = p.id AND ch.retired_at IS NULL
    WHERE d.target = 'class' AND p.building_id = d.building_id AND p.brick_class = d.brick_class
      AND (d.floor_id IS NULL OR p.floor_id = d.floor_id) AND (d.condition IN ('STALE', 'FAULT') OR p.kind = 'analog')
    UNION ALL
    SELECT d.id, NULL, c.id, c.site_id, c.building_id, c.floor_id, c.id FROM controllers c
    WHERE d.target = 'controllers' AND c.site_id = d.site_id AND c.status = 'active'
  ) AS w`;
const STORED = `
  SELECT a.id, a.definition_id AS "definitionId", a.point_id AS "pointId", a.controller_id AS "controllerId", a.site_id AS "siteId",
    a.building_id AS "buildingId", a.floor_id AS "floorId", a.shard, a.priority, (a.instance->>'enabled')::boolean AS enabled
  FROM alarms a WHERE a.gateway_id IS NULL`;
const ADD = `
  INSERT INTO alarms (definition_id, point_id, controller_id, site_id, building_id, floor_id, shard, priority, state, instance, changed_at)
  SELECT n."definitionId", n."pointId", n."controllerId", n."siteId", n."buildingId", n."floorId", n.shard, n.priority, n.state, n.instance, to_timestamp($2::float8 / 1000)
  FROM jsonb_to_recordset($1) AS n ("definitionId" uuid, "pointId" uuid, "controllerId" uuid, "siteId" uuid, "buildingId" uuid, "floorId" uuid,
    shard smallint, priority smallint, state text, instance jsonb)
  ON CONFLICT DO NOTHING`;
const MOVE = `
  UPDATE alarms a SET site_id = n."siteId", building_id = n."buildingId", floor_id = n."floorId", shard = n.shard, priority = n.priority
  FROM jsonb_to_recordset($1) AS n (id uuid, "siteId" uuid, "buildingId" uuid, "floorId" uuid, shard smallint, priority smallint) WHERE a.id = n.id`;
const FORGET_TIMERS = `DELETE FROM timers t WHERE t.kind IN ('alarm', 'alarm-stale') AND NOT EXISTS (SELECT FROM alarms a WHERE a.id = t.subject)`;
const CHUNK = 1000;
const AT_ONCE = 200;

interface Place {
  siteId: string;
  buildingId: string | null;
  floorId: string | null;
  priority: number;
}
interface WantedRow extends Place {
  definitionId: string;
  pointId: string | null;
  controllerId: string | null;
  serving: string | null;
  enabled: boolean;
}
interface StoredRow extends Place {
  id: string;
  definitionId: string;
  pointId: string | null;
  controllerId: string | null;
  shard: number;
  enabled: boolean;
}

/** Keeps one alarm for everything that definitions watch: adds, moves, switches and ends them as model and definitions change. */
@Injectable()
export class AlarmRoster {
  #running: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly cache: AlarmCache,
    private readonly acts: AlarmActs,
    private readonly rejudging: Rejudging,
  ) {}

  /** One at a time; who asks while one waits gets that one. `by`: whose doing it is. */
  reconcile(by = 'system'): Promise<void> {
    this.#waiting ??= this.#running.then(() => {
      this.#waiting = undefined;
      return this.#reconcile(by);
    });
    this.#running = this.#waiting.catch(() => undefined);
    return this.#waiting;
  }

  async #reconcile(by: string): Promise<void> {
    const wanted = new Map((await this.database.query<WantedRow>(WANTED)).map((row) => [keyOf(row), row]));
    const stored = new Map((await this.database.query<StoredRow>(STORED)).map((row) => [keyOf(row), row]));
    await this.#add([...wanted.values()].filter((row) => !stored.has(keyOf(row))));
    await this.#move(wanted, stored);
    await this.cache.load();
    await this.#end([...stored.values()].filter((row) => !wanted.has(keyOf(row))));
    await this.#switch(wanted, stored, by);
    await this.database.query(FORGET_TIMERS);
    await this.rejudging.now();
  }

  async #add(rows: readonly WantedRow[]): Promise<void> {
    const now = this.clock.now();
    for (let start = 0; start < rows.length; start += CHUNK) {
      const added = rows.slice(start, start + CHUNK).map((row) => ({
        ...{ ...row, shard: shardFor(row), state: row.enabled ? 'NORM' : 'DISABLED' },
        instance: { ...newAlarm(now), enabled: row.enabled },
      }));
      await this.database.query(ADD, [JSON.stringify(added), now]);
    }
  }

  async #move(wanted: ReadonlyMap<string, WantedRow>, stored: ReadonlyMap<string, StoredRow>): Promise<void> {
    const moved = [...stored].flatMap(([key, row]) => {
      const now = wanted.get(key);
      if (!now) return [];
      const place = { siteId: now.siteId, buildingId: now.buildingId, floorId: now.floorId, shard: shardFor(now), priority: now.priority };
      const isSame = Object.entries(place).every(([name, value]) => row[name as keyof typeof place] === value);
      return isSame ? [] : [{ id: row.id, ...place }];
    });
    if (moved.length > 0) await this.database.query(MOVE, [JSON.stringify(moved)]);
  }

  /** What it watched is gone: that ends in the journal, not by vanishing. */
  async #end(rows: readonly StoredRow[]): Promise<void> {
    await this.#each(rows, (work, alarm) => {
      const watched = this.cache.get(alarm.id);
      if (watched && !isAtRest(alarm)) {
        work.changes.step(alarm, watched.definition, { type: 'DISABLE', by: 'system' }, { text: 'What it watched is not watched any more' });
      }
      work.changes.removed.add(alarm.id);
    });
  }

  async #switch(wanted: ReadonlyMap<string, WantedRow>, stored: ReadonlyMap<string, StoredRow>, by: string): Promise<void> {
    const switched = [...stored].flatMap(([key, row]) => (wanted.get(key) && wanted.get(key)?.enabled !== row.enabled ? [row] : []));
    await this.#each(switched, (work, alarm) => {
      const watched = this.cache.get(alarm.id);
      if (watched) work.changes.step(alarm, watched.definition, { type: watched.definition.enabled ? 'ENABLE' : 'DISABLE', by });
    });
  }

  async #each(rows: readonly StoredRow[], act: (work: AlarmWork, alarm: StoredAlarm) => void): Promise<void> {
    const byShard = Map.groupBy(rows, ({ shard }) => shard);
    for (const [shard, group] of byShard) {
      for (let start = 0; start < group.length; start += AT_ONCE) {
        const ids = group.slice(start, start + AT_ONCE).map(({ id }) => id);
        await this.acts.run([shard], async (work) => {
          for (const alarm of await work.lock(ids)) act(work, alarm);
        });
      }
    }
  }
}

/** An alarm that nobody can see leaves no trace. */
export function isAtRest({ instance }: StoredAlarm): boolean {
  return !instance.active && instance.acked && instance.shelf === null && instance.outOfService === null && instance.suppressors.length === 0;
}

function keyOf({ definitionId, pointId, controllerId }: Pick<WantedRow, 'definitionId' | 'pointId' | 'controllerId'>): string {
  return `${definitionId} ${pointId ?? controllerId}`;
}

/** That of the controller whose samples drive it, so that they and it have one writer. */
function shardFor({ serving, pointId, controllerId }: WantedRow): number {
  return shardOf(serving ?? controllerId ?? pointId ?? '');
}
