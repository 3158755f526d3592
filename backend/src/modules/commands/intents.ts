import type { PriorityLevel } from '@cupola/domain';
import type { Transaction } from '../../database/unit-of-work.js';

/** What the server wants in one slot: who, why, until when. As JSON it is kept with the command that replaces it. */
export interface Intent {
  value: number | null;
  commandId: string;
  owner: string;
  reason: string;
  /** ISO 8601. */
  since: string;
  until: string | null;
}

interface IntentRow {
  value: number | null;
  command_id: string;
  owner: string;
  reason: string;
  since: Date;
  until: Date | null;
}

export async function readIntent(tx: Pick<Transaction, 'query'>, pointId: string, level: PriorityLevel): Promise<Intent | null> {
  const [row] = await tx.query<IntentRow>('SELECT value, command_id, owner, reason, since, until FROM intents WHERE point_id = $1 AND level = $2', [
    pointId,
    level,
  ]);
  return row === undefined ? null : intentFrom(row);
}

export function intentFrom(row: IntentRow): Intent {
  const { value, owner, reason } = row;
  return { value, owner, reason, commandId: row.command_id, since: row.since.toISOString(), until: row.until?.toISOString() ?? null };
}

export async function writeIntent(tx: Transaction, pointId: string, level: PriorityLevel, intent: Intent): Promise<void> {
  await tx.query(
    `INSERT INTO intents AS i (point_id, level, value, command_id, owner, reason, since, until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (point_id, level) DO UPDATE SET value = excluded.value, command_id = excluded.command_id, owner = excluded.owner,
       reason = excluded.reason, since = excluded.since, until = excluded.until, rev = excluded.rev, version = i.version + 1`,
    [pointId, level, intent.value, intent.commandId, intent.owner, intent.reason, intent.since, intent.until],
  );
}

/** Removes the intent of one command; another command's intent in the same slot stays. @returns whether it was there */
export async function dropIntent(tx: Transaction, pointId: string, level: PriorityLevel, commandId: string): Promise<boolean> {
  const dropped = await tx.query('DELETE FROM intents WHERE point_id = $1 AND level = $2 AND command_id = $3 RETURNING point_id', [
    pointId,
    level,
    commandId,
  ]);
  return dropped.length > 0;
}

/**
 * Puts back what a command replaced, unless that is over by now: its time ran out, its slot was lost, or a later command has
 * the slot. Without this the next slot synchronisation would deliver the command late after all.
 */
export async function restoreIntent(tx: Transaction, command: Replacing, now: number): Promise<void> {
  const { id, pointId, level, found } = command;
  // It may be gone already: its own time ran out while nobody knew what became of it. What it replaced can last longer.
  await dropIntent(tx, pointId, level, id);
  const previous = found.intent;
  if (previous === null || (previous.until !== null && Date.parse(previous.until) <= now)) return;
  const [owner] = await tx.query<{ fact: string | null }>('SELECT fact FROM commands WHERE id = $1', [previous.commandId]);
  const isTaken = (await readIntent(tx, pointId, level)) !== null;
  if (owner?.fact === null && !isTaken) await writeIntent(tx, pointId, level, previous);
}

/** A command that took the place of an intent. */
export interface Replacing {
  id: string;
  pointId: string;
  level: PriorityLevel;
  found: { intent: Intent | null };
}
