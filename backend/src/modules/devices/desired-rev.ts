import { CONFIRMED_STATES } from '@cupola/domain';
import type { Transaction } from '../../database/unit-of-work.js';

/**
 * The intents that belong to a controller's slot set, as SQL over `intents i JOIN commands c`; $1 is the controller, $2 the states. What the
 * controller itself has confirmed, and no other: a point that was bound anew is served by a host that has confirmed nothing yet.
 */
export const IN_SLOT_SET = `c.controller_id = $1 AND c.operation = 'write' AND c.fact IS NULL AND c.state = ANY($2::text[])`;
export const SLOT_SET_STATES: readonly string[] = CONFIRMED_STATES;

/** WELCOME's `desiredRev`: the highest number among the intents of the controller's slot set; 0 when it is empty. */
export async function desiredRev(tx: Pick<Transaction, 'query'>, controllerId: string): Promise<number> {
  const [row] = await tx.query<{ rev: string }>(
    `SELECT coalesce(max(i.rev), 0) AS rev FROM intents i JOIN commands c ON c.id = i.command_id WHERE ${IN_SLOT_SET}`,
    [controllerId, SLOT_SET_STATES],
  );
  return Number(row?.rev ?? 0);
}
