import type { Transaction } from '../../database/unit-of-work.js';

/** Adds a row to what happened to a controller. Reasons are the session's, or `registered`, `claimed`, `enrolled`, `confirmed`, `bound`. */
export async function noteEvent(tx: Transaction, controllerId: string, reason: string, text: string): Promise<void> {
  await noteEvents(tx, [controllerId], reason, text);
}

/** The same happened to several controllers. */
export async function noteEvents(tx: Transaction, controllerIds: readonly string[], reason: string, text: string): Promise<void> {
  await tx.query(
    'INSERT INTO controller_events (controller_id, reason, text) SELECT id, $2, $3 FROM unnest($1::uuid[]) AS ids (id)',
    [controllerIds, reason, text],
  );
}

/**
 * As noteEvent, at most once a minute for one reason: what strangers can cause (a wrong secret) must not fill the timeline.
 * @returns whether it was noted
 */
export async function noteRarely(tx: Transaction, controllerId: string, reason: string, text: string): Promise<boolean> {
  const noted = await tx.query(
    `INSERT INTO controller_events (controller_id, reason, text)
     SELECT $1, $2, $3
     WHERE NOT EXISTS (
       SELECT FROM controller_events WHERE controller_id = $1 AND reason = $2 AND at > now() - interval '1 minute')
     RETURNING id`,
    [controllerId, reason, text],
  );
  return noted.length > 0;
}
