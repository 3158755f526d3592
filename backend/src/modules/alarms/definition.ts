import type { AlarmCondition, AlarmPriority, AlarmRules, LimitRule } from '@cupola/domain';
import { isLimitCondition } from '@cupola/domain';

/** A definition as the transitions need it. */
export interface Definition {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly rules: AlarmRules;
  /** Null: not judged from a value. */
  readonly limit: LimitRule | null;
}

export interface DefinitionRow {
  id: string;
  target: 'point' | 'class' | 'controllers' | 'gateways';
  point_id: string | null;
  site_id: string | null;
  building_id: string | null;
  floor_id: string | null;
  brick_class: string | null;
  name: string;
  condition: AlarmCondition;
  limit: number | null;
  reference_class: string | null;
  deadband: number;
  on_delay_ms: number;
  off_delay_ms: number;
  latching: boolean;
  ack_on_active: boolean;
  ack_on_return: boolean;
  auto_ack: boolean;
  priority: AlarmPriority;
  shelvable: boolean;
  max_shelf_ms: number;
  re_alarm_ms: number | null;
  max_re_alarms: number;
  never_suppress: boolean;
  consequence: string;
  action: string;
  respond_within_ms: number | null;
  enabled: boolean;
  version: number;
  created_at: Date;
}

export function definitionFrom(row: DefinitionRow): Definition {
  const { id, name, enabled, condition, limit, deadband } = row;
  const isLimit = isLimitCondition(condition) && limit !== null;
  return { id, name, enabled, rules: rulesFrom(row), limit: isLimit ? { condition, limit, deadband } : null };
}

function rulesFrom(row: DefinitionRow): AlarmRules {
  return {
    ...{ condition: row.condition, priority: row.priority, onDelayMs: row.on_delay_ms, offDelayMs: row.off_delay_ms },
    ...{ latching: row.latching, ackOn: { active: row.ack_on_active, return: row.ack_on_return }, autoAck: row.auto_ack },
    ...{ shelvable: row.shelvable, maxShelfMs: row.max_shelf_ms, reAlarmMs: row.re_alarm_ms, maxReAlarms: row.max_re_alarms },
    neverSuppress: row.never_suppress,
  };
}
