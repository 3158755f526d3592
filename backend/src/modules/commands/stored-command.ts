import type { CommandProgress, CommandState, PriorityLevel, SlotFact, SlotOperation } from '@cupola/domain';
import type { Transaction } from '../../database/unit-of-work.js';
import type { Intent } from './intents.js';

/** What a command found in its slot: the intent that it replaced, and for a release the command that it releases. */
export interface Found {
  released: string | null;
  intent: Intent | null;
}

/** A command with what its delivery needs. */
export interface StoredCommand {
  id: string;
  pointId: string;
  pointLabel: string;
  controllerId: string | null;
  /** The key under which the controller knows the point; null = no channel serves it any more. */
  key: string | null;
  level: PriorityLevel;
  operation: SlotOperation;
  value: number | null;
  state: CommandState;
  fact: SlotFact | null;
  storedValue: number | null;
  readbackValue: number | null;
  resolution: number | null;
  found: Found;
  by: string;
  /** Milliseconds. */
  requestedAt: number;
  deliverBy: number;
  until: number | null;
}

interface Row {
  id: string;
  point_id: string;
  label: string;
  controller_id: string | null;
  key: string | null;
  level: PriorityLevel;
  operation: SlotOperation;
  value: number | null;
  state: CommandState;
  fact: SlotFact | null;
  stored_value: number | null;
  readback_value: number | null;
  resolution: number | null;
  previous_intent: Found | null;
  requested_by_name: string;
  requested_at: Date;
  deliver_by: Date;
  until: Date | null;
}

const SELECT = `
  SELECT c.id, c.point_id, p.label, c.controller_id, ch.key, c.level, c.operation, c.value, c.state, c.fact, c.stored_value, c.readback_value,
    coalesce(p.resolution, ch.resolution) AS resolution, c.previous_intent, c.requested_by_name, c.requested_at, c.deliver_by, c.until
  FROM commands c JOIN points p ON p.id = c.point_id
  LEFT JOIN channels ch ON ch.point_id = c.point_id AND ch.controller_id = c.controller_id AND ch.retired_at IS NULL
  WHERE c.id = $1`;

export async function readCommand(tx: Pick<Transaction, 'query'>, id: string): Promise<StoredCommand | undefined> {
  const [row] = await tx.query<Row>(SELECT, [id]);
  return row === undefined ? undefined : fromRow(row);
}

/** Locks the point and the command, always in this order. */
export async function lockCommand(tx: Transaction, id: string): Promise<StoredCommand | undefined> {
  await tx.query('SELECT p.id FROM points p WHERE p.id = (SELECT point_id FROM commands WHERE id = $1) FOR NO KEY UPDATE', [id]);
  await tx.query('SELECT id FROM commands WHERE id = $1 FOR NO KEY UPDATE', [id]);
  return readCommand(tx, id);
}

/** The owner of the slot: the command itself for a write, what it releases for a release. */
export function ownerOf({ id, operation, found }: StoredCommand): string {
  return operation === 'write' ? id : (found.released ?? id);
}

export function progressOf(command: StoredCommand, resultSeq: number | null): CommandProgress {
  const { state, operation, level, value, resolution, storedValue, readbackValue } = command;
  return { state, operation, level, value, resolution, storedValue, readbackValue, resultSeq, ownerId: ownerOf(command) };
}

function fromRow(row: Row): StoredCommand {
  return {
    ...{ id: row.id, pointId: row.point_id, pointLabel: row.label, controllerId: row.controller_id, key: row.key },
    ...{ level: row.level, operation: row.operation, value: row.value, state: row.state, fact: row.fact },
    ...{ storedValue: row.stored_value, readbackValue: row.readback_value, resolution: row.resolution },
    found: row.previous_intent ?? { released: null, intent: null },
    by: row.requested_by_name,
    requestedAt: row.requested_at.getTime(),
    deliverBy: row.deliver_by.getTime(),
    until: row.until?.getTime() ?? null,
  };
}
