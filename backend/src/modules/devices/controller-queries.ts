import { type Controller, type controllersQuery, type ControllerDetail, DomainError } from '@cupola/contracts';
import type { Location, Permission, PointKind } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AccessService } from '../../auth/access-service.js';
import type { Actor } from '../../auth/actor.js';
import { Database } from '../../database/database.js';
import { readIdentity, readLosses, readStreamConflict, readSubdevices } from './controller-condition.js';
import { CONTROLLER, controllerFrom, type ControllerRow, LINK_NOW, STATE_NOW } from './controller-rows.js';
import { cursorFrom, readCursor } from './name-cursor.js';
import { readSecretState } from './secret-state.js';

export type ControllersQuery = z.output<typeof controllersQuery>;

const PLACE = { site: 'c.site_id', building: 'c.building_id', floor: 'c.floor_id' };
/** The whole timeline has its own route. */
const TIMELINE_LENGTH = 100;

interface SessionRow {
  started_at: Date;
  remote_address: string;
  gateway_id: string;
  epoch: string;
  boot_id: string | null;
  clock_offset_ms: string | null;
  clock_source: string;
}

/** Controllers as people see them. */
@Injectable()
export class ControllerQueries {
  constructor(
    private readonly database: Database,
    private readonly access: AccessService,
  ) {}

  /** In the order of their names, within the caller's scope. @throws DomainError CURSOR_INVALID */
  async list(actor: Actor, query: ControllersQuery): Promise<{ items: Controller[]; nextCursor: string | null }> {
    const after = readCursor(query.cursor);
    const scope = this.access.scopeCondition(actor, 'controllers.read', PLACE, 10);
    const rows = await this.database.query<ControllerRow>(
      `${CONTROLLER}
       WHERE ($1::text IS NULL OR c.name ILIKE $1 OR c.slot ILIKE $1 OR c.serial ILIKE $1 OR c.model ILIKE $1 OR equipment.name ILIKE $1)
         AND ($2::uuid IS NULL OR c.site_id = $2) AND ($3::uuid IS NULL OR c.floor_id = $3)
         AND ($4::text IS NULL OR c.status = $4) AND ($5::text IS NULL OR ${LINK_NOW} = $5)
         AND ($6::text IS NULL OR (c.name, c.id) > ($6, $7::uuid)) AND ($9::text IS NULL OR ${STATE_NOW} = $9) AND ${scope.sql}
       ORDER BY c.name, c.id LIMIT $8`,
      [
        ...[query.search ? containing(query.search) : null, query.site ?? null, query.floor ?? null, query.status ?? null],
        ...[query.link ?? null, after?.name ?? null, after?.id ?? null, query.limit + 1, query.state ?? null, ...scope.params],
      ],
    );
    const items = rows.slice(0, query.limit).map(controllerFrom);
    return { items, nextCursor: rows.length > query.limit ? cursorFrom(items.at(-1)) : null };
  }

  /** Those of them that the caller may see, or all of them for nobody in particular. */
  async byIds(ids: readonly string[]): Promise<Controller[]> {
    const rows = await this.database.query<ControllerRow>(`${CONTROLLER} WHERE c.id = ANY($1::uuid[]) ORDER BY c.name, c.id`, [ids]);
    return rows.map(controllerFrom);
  }

  /** @throws DomainError NOT_FOUND */
  async get(actor: Actor, id: string): Promise<ControllerDetail> {
    await this.requireVisible(actor, id);
    const [controller] = await this.byIds([id]);
    if (controller === undefined) throw unknownController();
    const { database } = this;
    const [session, timeline, bindings] = await Promise.all([this.session(id), this.timeline(id), this.bindings(id)]);
    const [losses, subdevices] = await Promise.all([readLosses(database, id), readSubdevices(database, id)]);
    const [identity, streamConflict] = await Promise.all([readIdentity(database, id), readStreamConflict(database, id)]);
    const secret = await readSecretState(database, id);
    return { ...controller, session, timeline, losses, subdevices, ...identity, streamConflict, secret, bindings };
  }

  /** Where a controller stands, for whoever may see it; then the permission is asked for that place. @throws DomainError NOT_FOUND, FORBIDDEN */
  async require(actor: Actor, permission: Permission, id: string): Promise<Location> {
    const location = await this.requireVisible(actor, id);
    this.access.require(actor, permission, location);
    return location;
  }

  private async requireVisible(actor: Actor, id: string): Promise<Location> {
    const [location] = await this.database.query<Location>(
      'SELECT site_id AS "siteId", building_id AS "buildingId", floor_id AS "floorId" FROM controllers WHERE id = $1',
      [id],
    );
    if (location === undefined || !this.access.may(actor, 'controllers.read', location)) throw unknownController();
    return location;
  }

  private async session(id: string): Promise<ControllerDetail['session']> {
    const [row] = await this.database.query<SessionRow>(
      `SELECT s.started_at, s.remote_address, s.gateway_id, s.epoch, s.boot_id, s.clock_offset_ms, s.clock_source
       FROM controllers c JOIN controller_sessions s ON s.id = c.session_id
       WHERE c.id = $1 AND s.ended_at IS NULL AND s.lease_until >= now()`,
      [id],
    );
    if (row === undefined) return null;
    return {
      ...{ startedAt: row.started_at.toISOString(), remoteAddress: row.remote_address, gatewayId: row.gateway_id },
      ...{ epoch: Number(row.epoch), bootId: row.boot_id },
      clock: { offsetMs: row.clock_offset_ms === null ? null : Number(row.clock_offset_ms), source: row.clock_source },
    };
  }

  /** Newest first. */
  private async timeline(id: string): Promise<ControllerDetail['timeline']> {
    const rows = await this.database.query<{ at: Date; reason: string; text: string }>(
      'SELECT at, reason, text FROM controller_events WHERE controller_id = $1 ORDER BY id DESC LIMIT $2',
      [id, TIMELINE_LENGTH],
    );
    return rows.map(({ at, reason, text }) => ({ at: at.toISOString(), reason, text }));
  }

  private async bindings(id: string): Promise<ControllerDetail['bindings']> {
    const rows = await this.database.query<{
      key: string;
      label: string;
      kind: PointKind;
      unit: string | null;
      writable: boolean;
      quarantine: string | null;
      point_id: string | null;
      point_label: string | null;
    }>(
      `SELECT ch.key, ch.label, ch.kind, ch.unit, ch.writable, ch.quarantine, p.id AS point_id, p.label AS point_label
       FROM channels ch LEFT JOIN points p ON p.id = ch.point_id
       WHERE ch.controller_id = $1 AND ch.retired_at IS NULL ORDER BY ch.alias`,
      [id],
    );
    return rows.map(({ point_id, point_label, ...channel }) => ({
      ...channel,
      point: point_id === null ? null : { id: point_id, name: point_label ?? '' },
    }));
  }
}

export function unknownController(): DomainError {
  return new DomainError('NOT_FOUND', 'There is no such controller.');
}

/** A pattern for ILIKE in which the caller's own wildcards mean themselves. */
function containing(search: string): string {
  return `%${search.replace(/[\\%_]/g, '\\$&')}%`;
}
