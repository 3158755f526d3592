import type { Command } from '@cupola/contracts';
import type { CommandState, PriorityLevel, SlotFact, SlotOperation } from '@cupola/domain';

/** One command as lists show it; conditions and order are appended. */
export const COMMAND = `
  SELECT c.id, c.point_id, p.label AS point_label, p.unit, c.level, c.operation, c.value, c.state, c.fact, c.stored_value, c.readback_value,
    c.code, c.detail, c.requested_by_name, c.reason, c.requested_at, c.deliver_by, c.until, c.updated_at
  FROM commands c JOIN points p ON p.id = c.point_id JOIN buildings b ON b.id = p.building_id`;

export interface CommandRow {
  id: string;
  point_id: string;
  point_label: string;
  unit: string | null;
  level: PriorityLevel;
  operation: SlotOperation;
  value: number | null;
  state: CommandState;
  fact: SlotFact | null;
  stored_value: number | null;
  readback_value: number | null;
  code: string | null;
  detail: string | null;
  requested_by_name: string;
  reason: string;
  requested_at: Date;
  deliver_by: Date;
  until: Date | null;
  updated_at: Date;
}

export function commandFrom(row: CommandRow): Command {
  return {
    ...{ id: row.id, pointId: row.point_id, pointLabel: row.point_label, unit: row.unit, level: row.level },
    ...{ operation: row.operation, value: row.value, state: row.state, fact: row.fact },
    ...{ storedValue: row.stored_value, readbackValue: row.readback_value, code: row.code, detail: row.detail },
    ...{ by: row.requested_by_name, reason: row.reason },
    requestedAt: row.requested_at.toISOString(),
    deliverBy: row.deliver_by.toISOString(),
    until: row.until?.toISOString() ?? null,
    updatedAt: row.updated_at.toISOString(),
  };
}
