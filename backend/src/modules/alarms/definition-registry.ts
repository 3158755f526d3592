import { type AlarmDefinition, type AlarmTarget, type createAlarmDefinition, type updateAlarmDefinition } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AccessService } from '../../auth/access-service.js';
import type { Actor } from '../../auth/actor.js';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { AlarmRoster } from './alarm-roster.js';
import type { DefinitionRow } from './definition.js';
import { checkOpposite, checkRules } from './definition-checks.js';
import { DefinitionQueries, targetFrom, unknownDefinition } from './definition-queries.js';
import { resolveTarget } from './definition-target.js';

type NewDefinition = z.output<typeof createAlarmDefinition>;
type DefinitionChange = z.output<typeof updateAlarmDefinition>;
type Rules = Omit<NewDefinition, 'target' | 'offDelayMs'> & { offDelayMs: number; enabled: boolean };

/** One change of definitions at a time, readers not held up: two that cross each other must not pass each other's check. */
const ONE_AT_A_TIME = 'LOCK TABLE alarm_definitions IN SHARE ROW EXCLUSIVE MODE';
const INSERT = `
  INSERT INTO alarm_definitions (name, condition, "limit", reference_class, deadband, on_delay_ms, off_delay_ms, latching, ack_on_active, ack_on_return,
    auto_ack, priority, consequence, action, respond_within_ms, enabled, target, point_id, site_id, building_id, floor_id, brick_class, created_by)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23) RETURNING id`;
const UPDATE = `
  UPDATE alarm_definitions SET name = $1, condition = $2, "limit" = $3, reference_class = $4, deadband = $5, on_delay_ms = $6, off_delay_ms = $7,
    latching = $8, ack_on_active = $9, ack_on_return = $10, auto_ack = $11, priority = $12, consequence = $13, action = $14, respond_within_ms = $15,
    enabled = $16, version = version + 1
  WHERE id = $17`;

/** Makes and changes definitions. */
@Injectable()
export class DefinitionRegistry {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: AccessService,
    private readonly audit: AuditTrail,
    private readonly queries: DefinitionQueries,
    private readonly roster: AlarmRoster,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN, and what checkRules and checkOpposite throw */
  async create(actor: Actor, { target, ...body }: NewDefinition): Promise<AlarmDefinition> {
    const rules: Rules = { ...body, offDelayMs: body.offDelayMs ?? body.onDelayMs, enabled: true };
    const id = await this.unitOfWork.run(async (tx) => {
      await this.#check(tx, actor, target, rules, null);
      const [row] = await tx.query<{ id: string }>(INSERT, [...parameters(rules), ...targetParameters(target), actor.userId]);
      if (!row) throw new Error('A definition has no row.');
      await this.#record(tx, actor, 'create', { id: row.id, name: rules.name, after: { target, ...rules } });
      return row.id;
    });
    await this.roster.reconcile(actor.username);
    return this.queries.get(actor, id);
  }

  /** @throws DomainError as create */
  async update(actor: Actor, id: string, change: DefinitionChange): Promise<AlarmDefinition> {
    await this.queries.requireMayDefine(actor, id);
    await this.unitOfWork.run(async (tx) => {
      await tx.query(ONE_AT_A_TIME);
      const [row] = await tx.query<DefinitionRow>('SELECT * FROM alarm_definitions WHERE id = $1 FOR UPDATE', [id]);
      if (!row) throw unknownDefinition();
      const before = rulesOf(row);
      const after = { ...before, ...change };
      await this.#check(tx, actor, targetFrom(row), after, id);
      await tx.query(UPDATE, [...parameters(after), id]);
      await this.#record(tx, actor, 'update', { id, name: after.name, before, after });
    });
    await this.roster.reconcile(actor.username);
    return this.queries.get(actor, id);
  }

  async #check(tx: Transaction, actor: Actor, target: AlarmTarget, rules: Rules, ownId: string | null): Promise<void> {
    await tx.query(ONE_AT_A_TIME);
    const resolved = await resolveTarget(tx, target, rules.referenceClass);
    this.access.require(actor, 'alarms.define', resolved.location);
    checkRules(rules, target, resolved);
    if (rules.enabled) await checkOpposite(tx, rules, resolved, ownId);
  }

  #record(tx: Transaction, actor: Actor, what: string, { id, name, before, after }: { id: string; name: string; before?: unknown; after: unknown }): Promise<void> {
    const target = { target: `alarm definition ${name}`, targetId: id, chainKey: id };
    return this.audit.record(tx, { actor, operation: `alarm-definition.${what}`, ...target, result: 'done', before, after });
  }
}

function rulesOf(row: DefinitionRow): Rules {
  return {
    ...{ name: row.name, condition: row.condition as Rules['condition'], limit: row.limit, referenceClass: row.reference_class, deadband: row.deadband },
    ...{ onDelayMs: row.on_delay_ms, offDelayMs: row.off_delay_ms, latching: row.latching, autoAck: row.auto_ack, priority: row.priority },
    ...{ ackOnActive: row.ack_on_active, ackOnReturn: row.ack_on_return, enabled: row.enabled },
    ...{ consequence: row.consequence, action: row.action, respondWithinMs: row.respond_within_ms },
  };
}

function parameters(rules: Rules): unknown[] {
  return [
    ...[rules.name, rules.condition, rules.limit, rules.referenceClass, rules.deadband, rules.onDelayMs, rules.offDelayMs, rules.latching],
    ...[rules.ackOnActive, rules.ackOnReturn, rules.autoAck, rules.priority, rules.consequence, rules.action, rules.respondWithinMs, rules.enabled],
  ];
}

function targetParameters(target: AlarmTarget): unknown[] {
  if (target.kind === 'point') return ['point', target.point, null, null, null, null];
  if (target.kind === 'controllers') return ['controllers', null, target.site, null, null, null];
  return ['class', null, null, target.building, target.floor, target.brickClass];
}
