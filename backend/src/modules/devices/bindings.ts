import { type bindChannels, DomainError } from '@cupola/contracts';
import type { PointKind } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { Actor } from '../../auth/actor.js';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { BindingChanges } from './binding-changes.js';
import { unknownController } from './controller-queries.js';
import { contradictionOf, type ModelPoint, UNBOUND_BY_HAND } from './match-channels.js';
import { noteEvent } from './timeline.js';

type Wanted = z.infer<typeof bindChannels>['bindings'][number];

interface ControllerRow {
  id: string;
  name: string;
  siteId: string;
  buildingId: string | null;
}
interface ChannelRow {
  id: number;
  key: string;
  kind: PointKind;
  unit: string | null;
  pointId: string | null;
}
interface PointRow extends ModelPoint {
  siteId: string;
  buildingId: string;
}
interface Change {
  channel: ChannelRow;
  point: PointRow | null;
}

/** Binding by hand: which point of the model a channel feeds. */
@Injectable()
export class Bindings {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly changes: BindingChanges,
    private readonly audit: AuditTrail,
  ) {}

  /** All of them or none; two channels may swap their points. @throws DomainError BINDING_CONFLICT with one entry per key, NOT_FOUND */
  async bind(actor: Actor, controllerId: string, wanted: readonly Wanted[]): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const controller = await lockController(tx, controllerId);
      const channels = await readChannels(tx, controllerId, wanted);
      const points = await readPoints(tx, controllerId, wanted);
      const changes = judge(controller, wanted, channels, points);
      await write(tx, controllerId, changes).catch(refuseRace);
      const ids = changes.map(({ channel }) => channel.id);
      await this.changes.announce(tx, controller, ids);
      await noteEvent(tx, controllerId, 'bound', `${actor.username} changed ${changes.length === 1 ? 'one binding' : `${changes.length} bindings`}.`, {
        person: actor.username,
        count: changes.length,
      });
      await this.audit.record(tx, {
        actor,
        operation: 'controller.bind',
        target: `controller ${controller.name}`,
        targetId: controllerId,
        chainKey: controllerId,
        result: 'done',
        before: Object.fromEntries(changes.map(({ channel }) => [channel.key, channel.pointId])),
        after: Object.fromEntries(changes.map(({ channel, point }) => [channel.key, point?.id ?? null])),
      });
    });
  }
}

function judge(
  controller: ControllerRow,
  wanted: readonly Wanted[],
  channels: ReadonlyMap<string, ChannelRow>,
  points: ReadonlyMap<string, PointRow>,
): Change[] {
  const errors: { path: string; message: string }[] = [];
  const used = new Map<string, string>([...channels.values()].flatMap(({ key, pointId }) => (pointId === null ? [] : [[pointId, key]])));
  for (const { key } of wanted) used.delete(channels.get(key)?.pointId ?? '');
  const seen = new Set<string>();
  const changes = wanted.flatMap(({ key, point: pointId }): Change[] => {
    const channel = channels.get(key);
    const point = pointId === null ? null : points.get(pointId);
    const problem = seen.has(key) ? 'is named twice' : problemOf(controller, channel, point, pointId === null ? undefined : used.get(pointId));
    seen.add(key);
    if (pointId !== null) used.set(pointId, key);
    if (problem === null && channel !== undefined && point !== undefined) return [{ channel, point }];
    errors.push({ path: key, message: problem ?? 'cannot be bound' });
    return [];
  });
  const [first] = errors;
  if (first !== undefined) throw new DomainError('BINDING_CONFLICT', `${first.path}: ${first.message}`, { errors });
  return changes;
}

function problemOf(controller: ControllerRow, channel: ChannelRow | undefined, point: PointRow | null | undefined, otherKey?: string): string | null {
  if (channel === undefined) return `${controller.name} does not report this key.`;
  if (point === null) return null;
  const isElsewhere = point?.siteId !== controller.siteId || (controller.buildingId !== null && point.buildingId !== controller.buildingId);
  if (point === undefined || isElsewhere) return 'There is no such point where this controller stands.';
  if (otherKey !== undefined && otherKey !== channel.key) return `${point.label} is bound to the key ${otherKey} already.`;
  return contradictionOf(channel, point);
}

async function lockController(tx: Transaction, id: string): Promise<ControllerRow> {
  const [row] = await tx.query<ControllerRow & { status: string }>(
    'SELECT id, name, site_id AS "siteId", building_id AS "buildingId", status FROM controllers WHERE id = $1 FOR NO KEY UPDATE',
    [id],
  );
  if (row === undefined) throw unknownController();
  if (row.status === 'revoked') throw new DomainError('CONTROLLER_WRONG_STATUS', `${row.name} was revoked: it feeds no points any more.`);
  return row;
}

/** Every live channel: those that keep their points count against duplicates. */
async function readChannels(tx: Transaction, controllerId: string, wanted: readonly Wanted[]): Promise<Map<string, ChannelRow>> {
  const rows = await tx.query<ChannelRow>(
    `SELECT id, key, kind, unit, point_id AS "pointId" FROM channels
     WHERE controller_id = $1 AND retired_at IS NULL AND (key = ANY($2::text[]) OR point_id = ANY($3::uuid[]))`,
    [controllerId, wanted.map(({ key }) => key), wanted.flatMap(({ point }) => point ?? [])],
  );
  return new Map(rows.map((row) => [row.key, row]));
}

async function readPoints(tx: Transaction, controllerId: string, wanted: readonly Wanted[]): Promise<Map<string, PointRow>> {
  const rows = await tx.query<PointRow>(
    `SELECT p.id, p.key, p.label, p.kind, p.unit, p.building_id AS "buildingId", b.site_id AS "siteId", other.name AS "takenBy"
     FROM points p JOIN buildings b ON b.id = p.building_id
     LEFT JOIN channels ch ON ch.point_id = p.id AND ch.retired_at IS NULL AND ch.controller_id <> $1
     LEFT JOIN controllers other ON other.id = ch.controller_id
     WHERE p.id = ANY($2::uuid[])`,
    [controllerId, wanted.flatMap(({ point }) => point ?? [])],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Another controller took the point between our look and our write: the unique index saw it. */
function refuseRace(error: unknown): never {
  if ((error as { code?: unknown }).code !== '23505') throw error;
  throw new DomainError('BINDING_CONFLICT', 'One of these points was bound to another controller at the same moment. Look again.');
}

/** Frees first, so that two channels can swap their points. */
async function write(tx: Transaction, controllerId: string, changes: readonly Change[]): Promise<void> {
  const ids = changes.map(({ channel }) => channel.id);
  await tx.query('UPDATE channels SET point_id = NULL, quarantine = $2 WHERE id = ANY($1::int[])', [ids, UNBOUND_BY_HAND]);
  await tx.query(
    `UPDATE channels c SET point_id = bound.point_id, quarantine = NULL
     FROM unnest($1::int[], $2::uuid[]) AS bound (id, point_id) WHERE c.id = bound.id AND bound.point_id IS NOT NULL`,
    [ids, changes.map(({ point }) => point?.id ?? null)],
  );
  await tx.query('UPDATE controllers SET channels_rev = channels_rev + 1 WHERE id = $1', [controllerId]);
}
