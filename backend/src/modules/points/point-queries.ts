import { DomainError, type FloorDetail, type PlantDetail, type Point, type PointDetail, type pointsQuery } from '@cupola/contracts';
import { asksForSimulation, type Location } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { AccessService } from '../../auth/access-service.js';
import type { Actor } from '../../auth/actor.js';
import { Database } from '../../database/database.js';
import { BuildingQueries, containing, decodeCursor, encodeCursor, OF_THE_BUILDING } from '../building/index.js';
import { PointCommands } from './point-commands.js';
import { PointReadings } from './point-readings.js';
import { POINT, type PointRow, toPoint } from './point-rows.js';

export type PointsQuery = z.output<typeof pointsQuery>;
/** Where a point stands, and the channel that serves it now. */
export type PointLocation = Location & { controllerId: string | null; channelId: number | null; key: string | null };

const position = z.tuple([z.string(), z.uuid()]);
const PLACE = { site: 's.id', building: 'b.id', floor: 'p.floor_id' };

/** Points as people and programs see them. */
@Injectable()
export class PointQueries {
  constructor(
    private readonly database: Database,
    private readonly access: AccessService,
    private readonly buildings: BuildingQueries,
    private readonly readings: PointReadings,
    private readonly commands: PointCommands,
  ) {}

  /**
   * In the order of labels, within the caller's scope; each word of the search occurs somewhere. Points of a simulation are found by its name alone.
   * @throws DomainError CURSOR_INVALID
   */
  async list(actor: Actor, query: PointsQuery): Promise<{ items: Point[]; nextCursor: string | null }> {
    const [afterLabel, afterId] = query.cursor === undefined ? [null, null] : decodeCursor(position, query.cursor);
    const words = (query.search ?? '').split(/\s+/).filter((word) => word !== '');
    const scope = this.access.scopeCondition(actor, 'points.read', PLACE, 10);
    const rows = await this.database.query<PointRow>(
      `${POINT}
       WHERE ($1::uuid IS NULL OR b.id = $1) AND ($2::uuid IS NULL OR p.floor_id = $2)
         AND ($3::uuid IS NULL OR p.equipment_id = $3) AND ($4::uuid IS NULL OR p.zone_id = $4)
         AND (p.label || ' ' || p.key || ' ' || COALESCE(p.source_id, '') || ' ' || COALESCE(z.name, '')) ILIKE ALL ($5::text[])
         AND ($6::text IS NULL OR (p.label, p.id) > ($6, $7::uuid)) AND ($9 OR ${OF_THE_BUILDING}) AND ${scope.sql}
       ORDER BY p.label, p.id LIMIT $8`,
      [
        ...[query.building ?? null, query.floor ?? null, query.equipment ?? null, query.zone ?? null],
        ...[words.map(containing), afterLabel, afterId, query.limit + 1, words.length === 0 || asksForSimulation(words), ...scope.params],
      ],
    );
    const items = rows.slice(0, query.limit).map((row) => this.toPoint(row));
    const last = items.at(-1);
    return { items, nextCursor: rows.length > query.limit && last ? encodeCursor([last.label, last.id]) : null };
  }

  /** @throws DomainError NOT_FOUND, also for what the caller may not see */
  async detail(actor: Actor, pointId: string): Promise<PointDetail> {
    const row = await this.visible(actor, pointId);
    const location = locationOf(row);
    const written = await this.commands.of(pointId);
    // What the host holds is in force; the model only says what it should be.
    const relinquishDefault = written.relinquishDefault ?? row.relinquishDefault;
    const permission = this.commands.permission(actor, row, location);
    return { ...this.toPoint(row), maxOverrideMs: row.maxOverrideMs, ...written, relinquishDefault, ...permission };
  }

  /** @throws DomainError NOT_FOUND */
  async floor(actor: Actor, floorId: string): Promise<FloorDetail> {
    const plan = await this.buildings.floor(actor, floorId);
    return { ...plan, points: await this.ordered('p.floor_id = $1', floorId) };
  }

  /** Everything of a building that stands on no floor, but what simulates it. @throws DomainError NOT_FOUND, FORBIDDEN */
  async plant(actor: Actor, buildingId: string): Promise<PlantDetail> {
    const building = await this.buildings.building(actor, buildingId);
    return { ...building, points: await this.ordered(`p.building_id = $1 AND p.floor_id IS NULL AND ${OF_THE_BUILDING}`, buildingId) };
  }

  /** @throws DomainError NOT_FOUND */
  async locate(pointId: string): Promise<PointLocation> {
    const [location] = await this.database.query<PointLocation>(
      `SELECT b.site_id AS "siteId", p.building_id AS "buildingId", p.floor_id AS "floorId",
         ch.controller_id AS "controllerId", ch.id AS "channelId", ch.key
       FROM points p JOIN buildings b ON b.id = p.building_id LEFT JOIN channels ch ON ch.point_id = p.id AND ch.retired_at IS NULL
       WHERE p.id = $1`,
      [pointId],
    );
    if (!location) throw unknownPoint();
    return location;
  }

  private async ordered(condition: string, id: string): Promise<Point[]> {
    const rows = await this.database.query<PointRow>(`${POINT} WHERE ${condition} ORDER BY e.name, p.label, p.id`, [id]);
    return rows.map((row) => this.toPoint(row));
  }

  private async visible(actor: Actor, pointId: string): Promise<PointRow> {
    const [row] = await this.database.query<PointRow>(`${POINT} WHERE p.id = $1`, [pointId]);
    if (!row || !this.access.may(actor, 'points.read', locationOf(row))) throw unknownPoint();
    return row;
  }

  private toPoint(row: PointRow): Point {
    return toPoint(row, this.readings.judge(row));
  }
}

function locationOf(row: PointRow): Location {
  return { siteId: row.site_id, buildingId: row.building_id, floorId: row.floor_id };
}

export function unknownPoint(): DomainError {
  return new DomainError('NOT_FOUND', 'There is no such point.');
}
