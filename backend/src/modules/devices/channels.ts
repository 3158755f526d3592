import type { Channel, DevicePoint } from '@cupola/contracts';
import type { PointKind, PointState } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/unit-of-work.js';
import { BindingChanges } from './binding-changes.js';
import { type KnownChannel, matchChannel, type ModelPoint, type ModelPoints } from './match-channels.js';
import { plainText } from './plain-text.js';
import { requireDistinct, revisionOf } from './point-list.js';

/** A controller whose row the transaction has locked. */
export interface LockedController {
  id: string;
  buildingId: string | null;
  equipmentId: string | null;
}

export interface PlacedList {
  rev: string;
  quarantined: { key: string; reason: string }[];
}

interface ReportedChannel extends DevicePoint {
  pointId: string | null;
  quarantine: string | null;
}

/** The channels of controllers: what their point lists name, and the points that they feed. */
@Injectable()
export class Channels {
  constructor(private readonly changes: BindingChanges) {}

  /** Puts a whole list in place of the one before. Keys that are gone keep their samples and their point's history. */
  async replace(tx: Transaction, controller: LockedController, points: readonly DevicePoint[]): Promise<PlacedList> {
    requireDistinct(points);
    const rev = revisionOf(points);
    const known = await readKnown(tx, controller.id);
    const candidates = await readCandidates(tx, controller, points.map(({ key }) => key), [...known.values()]);
    const reported = points.map((point) => {
      const { pointId, quarantine } = matchChannel(point, known.get(point.key), candidates);
      return { ...point, pointId, quarantine };
    });
    const touched = await writeList(tx, controller.id, reported);
    await tx.query('UPDATE controllers SET points_rev = $2, channels_rev = channels_rev + 1 WHERE id = $1', [controller.id, rev]);
    await this.changes.announce(tx, controller, touched);
    return { rev, quarantined: reported.flatMap(({ key, quarantine }) => (quarantine === null ? [] : [{ key, reason: quarantine }])) };
  }

  /** Looks again at lists that are placed already: the model may have got points since, or changed their kind or unit. */
  async rematch(tx: Transaction, controllers: readonly LockedController[]): Promise<void> {
    const rows = await tx.query<PlacedRow>(
      `SELECT ch.controller_id, ch.id, ch.key, ch.alias, ch.kind, ch.unit, ch.writable, ch.min, ch.max, ch.relinquish_default, ch.point_id, ch.quarantine
       FROM channels ch LEFT JOIN points p ON p.id = ch.point_id
       WHERE ch.controller_id = ANY($1::uuid[]) AND ch.retired_at IS NULL
         AND (ch.point_id IS NULL OR ch.kind <> p.kind OR (ch.unit <> '' AND p.unit <> '' AND ch.unit <> p.unit))`,
      [controllers.map(({ id }) => id)],
    );
    const placed = Map.groupBy(rows, ({ controller_id }) => controller_id);
    for (const controller of controllers) await this.rematchOne(tx, controller, placed.get(controller.id) ?? []);
  }

  private async rematchOne(tx: Transaction, controller: LockedController, placed: readonly PlacedRow[]): Promise<void> {
    if (placed.length === 0) return;
    const known = placed.map(knownFrom);
    const candidates = await readCandidates(tx, controller, placed.map(({ key }) => key), known);
    const changed = placed.flatMap((row, index) => {
      const match = matchChannel(reportedFrom(row), known[index], candidates);
      return match.pointId === row.point_id && match.quarantine === row.quarantine ? [] : [{ id: row.id, ...match }];
    });
    if (changed.length === 0) return;
    await tx.query(
      `UPDATE channels c SET point_id = found.point_id, quarantine = found.quarantine
       FROM unnest($1::int[], $2::uuid[], $3::text[]) AS found (id, point_id, quarantine) WHERE c.id = found.id`,
      [changed.map(({ id }) => id), changed.map(({ pointId }) => pointId), changed.map(({ quarantine }) => quarantine)],
    );
    await tx.query('UPDATE controllers SET channels_rev = channels_rev + 1 WHERE id = $1', [controller.id]);
    await this.changes.announce(tx, controller, changed.map(({ id }) => id));
  }

  /** What the gateway needs to read the controllers' frames, by controller. */
  async list(tx: Pick<Transaction, 'query'>, controllerIds: readonly string[]): Promise<Map<string, Channel[]>> {
    const rows = await tx.query<ListedRow>(
      `SELECT c.controller_id, c.id, c.alias, c.key, c.kind, coalesce(p.states, c.states) AS states
       FROM channels c LEFT JOIN points p ON p.id = c.point_id
       WHERE c.controller_id = ANY($1::uuid[]) AND c.retired_at IS NULL ORDER BY c.alias`,
      [controllerIds],
    );
    const byController = Map.groupBy(rows, ({ controller_id }) => controller_id);
    return new Map(controllerIds.map((id) => [id, (byController.get(id) ?? []).map(channelFrom)]));
  }
}

interface ListedRow {
  controller_id: string;
  id: number;
  alias: number;
  key: string;
  kind: PointKind;
  states: PointState[] | null;
}

function channelFrom({ id, alias, key, kind, states }: ListedRow): Channel {
  return {
    ...{ alias, key, kind, channelId: id },
    ...(kind === 'multistate' && states !== null ? { codes: states.map(({ code }) => code) } : {}),
  };
}

interface PlacedRow {
  controller_id: string;
  id: number;
  key: string;
  alias: number;
  kind: PointKind;
  unit: string | null;
  writable: boolean;
  min: number | null;
  max: number | null;
  relinquish_default: number | null;
  point_id: string | null;
  quarantine: string | null;
}

function knownFrom({ id, key, point_id, quarantine }: PlacedRow): KnownChannel {
  return { id, key, quarantine, pointId: point_id, retired: false };
}

function reportedFrom({ key, alias, kind, writable, ...row }: PlacedRow): DevicePoint {
  const { unit, min, max, relinquish_default: relinquishDefault } = row;
  return { key, alias, kind, writable, unit: unit ?? undefined, min: min ?? undefined, max: max ?? undefined, relinquishDefault: relinquishDefault ?? undefined };
}

async function readKnown(tx: Transaction, controllerId: string): Promise<Map<string, KnownChannel>> {
  const rows = await tx.query<KnownChannel>(
    `SELECT id, key, point_id AS "pointId", quarantine, retired_at IS NOT NULL AS retired FROM channels WHERE controller_id = $1`,
    [controllerId],
  );
  return new Map(rows.map((row) => [row.key, row]));
}

/** Points of equal key where the controller belongs, and the points that its channels have now. */
async function readCandidates(tx: Transaction, controller: LockedController, keys: string[], known: KnownChannel[]): Promise<ModelPoints> {
  const boundIds = known.flatMap(({ pointId }) => pointId ?? []);
  const rows = await tx.query<ModelPoint & { is_here: boolean }>(
    `SELECT p.id, p.key, p.label, p.kind, p.unit, other.name AS "takenBy",
       p.key = ANY($3::text[]) AND CASE WHEN $2::uuid IS NULL THEN p.building_id = $4 ELSE p.equipment_id = $2 END AS is_here
     FROM points p
     LEFT JOIN channels ch ON ch.point_id = p.id AND ch.retired_at IS NULL AND ch.controller_id <> $1
     LEFT JOIN controllers other ON other.id = ch.controller_id
     WHERE p.id = ANY($5::uuid[]) OR (p.building_id = $4 AND p.key = ANY($3::text[]))`,
    [controller.id, controller.equipmentId, keys, controller.buildingId, boundIds],
  );
  return {
    byId: new Map(rows.map((row) => [row.id, row])),
    byKey: new Map(rows.filter((row) => row.is_here).map((row) => [row.key, row])),
  };
}

/** Retires what is gone, frees what leaves its point, then writes the list: in this order no point is bound twice for a moment. */
async function writeList(tx: Transaction, controllerId: string, reported: readonly ReportedChannel[]): Promise<number[]> {
  const rows = JSON.stringify(reported.map(channelRow));
  const retired = await tx.query<{ id: number }>(
    `UPDATE channels SET retired_at = now() WHERE controller_id = $1 AND retired_at IS NULL AND key <> ALL($2::text[]) RETURNING id`,
    [controllerId, reported.map(({ key }) => key)],
  );
  const freed = await tx.query<{ id: number }>(
    `UPDATE channels c SET point_id = NULL FROM jsonb_to_recordset($2) AS r (key text, point_id uuid)
     WHERE c.controller_id = $1 AND c.key = r.key AND c.point_id IS DISTINCT FROM r.point_id RETURNING c.id`,
    [controllerId, rows],
  );
  const written = await tx.query<{ id: number }>(
    `INSERT INTO channels AS c (controller_id, key, alias, label, kind, unit, states, writable, min, max, resolution,
       relinquish_default, interval_ms, subdevice, point_id, quarantine)
     SELECT $1, r.* FROM jsonb_to_recordset($2) AS r (key text, alias int, label text, kind text, unit text, states jsonb,
       writable boolean, min float8, max float8, resolution float8, relinquish_default float8, interval_ms int, subdevice text, point_id uuid, quarantine text)
     ON CONFLICT (controller_id, key) DO UPDATE SET alias = excluded.alias, label = excluded.label, kind = excluded.kind,
       unit = excluded.unit, states = excluded.states, writable = excluded.writable, min = excluded.min, max = excluded.max,
       resolution = excluded.resolution, relinquish_default = excluded.relinquish_default, interval_ms = excluded.interval_ms, subdevice = excluded.subdevice,
       point_id = excluded.point_id, quarantine = excluded.quarantine, retired_at = NULL
     RETURNING c.id`,
    [controllerId, rows],
  );
  return [...new Set([...retired, ...freed, ...written].map(({ id }) => id))];
}

function channelRow(point: ReportedChannel) {
  return {
    ...{ key: point.key, alias: point.alias, label: plainText(point.label ?? ''), kind: point.kind },
    unit: point.unit === undefined ? null : plainText(point.unit),
    states: point.states?.map((state) => ({ ...state, key: plainText(state.key), label: plainText(state.label) })) ?? null,
    ...{ writable: point.writable, min: point.min ?? null, max: point.max ?? null, resolution: point.resolution ?? null },
    ...{ relinquish_default: point.relinquishDefault ?? null, interval_ms: boundedInterval(point.intervalMs) },
    subdevice: point.subdevice === undefined ? null : plainText(point.subdevice),
    ...{ point_id: point.pointId, quarantine: point.quarantine },
  };
}

/** The column is a 32-bit integer; an interval of weeks says nothing more about staleness. */
function boundedInterval(intervalMs: number | undefined): number | null {
  return intervalMs === undefined ? null : Math.min(intervalMs, 2_147_483_647);
}
