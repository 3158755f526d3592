import { type AlarmDefinition, type AlarmTarget, DomainError } from '@cupola/contracts';
import type { Location } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { AccessService } from '../../auth/access-service.js';
import type { Actor } from '../../auth/actor.js';
import { Database } from '../../database/database.js';
import type { DefinitionRow } from './definition.js';

type ShownCondition = AlarmDefinition['condition'];

interface ShownRow extends DefinitionRow {
  target_name: string;
  place_site: string;
  place_building: string | null;
  place_floor: string | null;
  alarms: number;
}

/** With where it belongs. Those of gateways belong to no place, and are the product's own. */
const SHOWN = `
  SELECT d.*, coalesce(p.label, d.brick_class || ' · ' || coalesce(f.name, b.name), s.name) AS target_name,
    s.id AS place_site, b.id AS place_building, coalesce(p.floor_id, d.floor_id) AS place_floor,
    (SELECT count(*)::int FROM alarms a WHERE a.definition_id = d.id) AS alarms
  FROM alarm_definitions d
    LEFT JOIN points p ON p.id = d.point_id
    LEFT JOIN buildings b ON b.id = coalesce(d.building_id, p.building_id)
    LEFT JOIN sites s ON s.id = coalesce(d.site_id, b.site_id)
    LEFT JOIN floors f ON f.id = d.floor_id
  WHERE d.target <> 'gateways'`;
const PLACE = { site: 's.id', building: 'b.id', floor: 'coalesce(p.floor_id, d.floor_id)' };

/** Definitions as people see them. */
@Injectable()
export class DefinitionQueries {
  constructor(
    private readonly database: Database,
    private readonly access: AccessService,
  ) {}

  /** Within the caller's scope, by name. */
  async list(actor: Actor): Promise<AlarmDefinition[]> {
    const scope = this.access.scopeCondition(actor, 'alarms.read', PLACE, 1);
    const rows = await this.database.query<ShownRow>(`${SHOWN} AND ${scope.sql} ORDER BY d.name, d.id`, scope.params);
    return rows.map(shown);
  }

  /** @throws DomainError NOT_FOUND, also for what the caller may not see */
  async get(actor: Actor, id: string): Promise<AlarmDefinition> {
    return shown(await this.#visible(actor, id));
  }

  /** For who wants to change it. @throws DomainError NOT_FOUND, FORBIDDEN */
  async requireMayDefine(actor: Actor, id: string): Promise<void> {
    this.access.require(actor, 'alarms.define', locationOf(await this.#visible(actor, id)));
  }

  async #visible(actor: Actor, id: string): Promise<ShownRow> {
    const [row] = await this.database.query<ShownRow>(`${SHOWN} AND d.id = $1`, [id]);
    if (!row || !this.access.may(actor, 'alarms.read', locationOf(row))) throw unknownDefinition();
    return row;
  }
}

export function unknownDefinition(): DomainError {
  return new DomainError('NOT_FOUND', 'There is no such alarm definition.');
}

function locationOf(row: ShownRow): Location {
  return { siteId: row.place_site, buildingId: row.place_building, floorId: row.place_floor };
}

function shown(row: ShownRow): AlarmDefinition {
  return {
    ...{ id: row.id, target: targetFrom(row), targetName: row.target_name, name: row.name, condition: row.condition as ShownCondition },
    ...{ limit: row.limit, referenceClass: row.reference_class, deadband: row.deadband, onDelayMs: row.on_delay_ms, offDelayMs: row.off_delay_ms },
    ...{ latching: row.latching, ackOnActive: row.ack_on_active, ackOnReturn: row.ack_on_return, autoAck: row.auto_ack, priority: row.priority },
    ...{ consequence: row.consequence, action: row.action, respondWithinMs: row.respond_within_ms },
    ...{ enabled: row.enabled, alarms: row.alarms, createdAt: row.created_at.toISOString() },
  };
}

export function targetFrom(row: DefinitionRow): AlarmTarget {
  if (row.point_id !== null) return { kind: 'point', point: row.point_id };
  if (row.site_id !== null) return { kind: 'controllers', site: row.site_id };
  return { kind: 'class', brickClass: row.brick_class ?? '', building: row.building_id ?? '', floor: row.floor_id };
}
