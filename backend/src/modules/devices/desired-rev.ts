import { CONFIRMED_STATES } from '@cupola/domain';
import type { Transaction } from '../../database/unit-of-work.js';

/** `$2` is SLOT_SET_STATES. */
const IS_INTENDED = `c.operation = 'write' AND c.fact IS NULL AND c.state = ANY($2::text[])`;
/**
 * The intents that belong to a controller's slot set, as SQL over `intents i JOIN commands c`; $1 is the controller, $2 the states. What the
 * controller itself has confirmed, and no other: a point that was bound anew is served by a host that has confirmed nothing yet.
 */
export const IN_SLOT_SET = `c.controller_id = $1 AND ${IS_INTENDED}`;
export const SLOT_SET_STATES: readonly string[] = CONFIRMED_STATES;

/** WELCOME's `desiredRev`: the highest number among the intents of the controller's slot set; 0 when it is empty. */
export async function desiredRev(tx: Pick<Transaction, 'query'>, controllerId: string): Promise<number> {
  return (await desiredRevs(tx, [controllerId])).get(controllerId) ?? 0;
}

/** As `desiredRev`, for many; whose slot set is empty is missing. */
export async function desiredRevs(tx: Pick<Transaction, 'query'>, controllerIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ controller_id: string; rev: string }>(
    `SELECT c.controller_id, max(i.rev) AS rev FROM intents i JOIN commands c ON c.id = i.command_id
     WHERE c.controller_id = ANY($1::uuid[]) AND ${IS_INTENDED} GROUP BY c.controller_id`,
    [controllerIds, SLOT_SET_STATES],
  );
  return new Map(rows.map(({ controller_id, rev }) => [controller_id, Number(rev)]));
}
