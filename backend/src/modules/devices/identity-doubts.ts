import { IDENTITY_DOUBTS, type IdentityDoubt } from '@cupola/domain';
import type { Transaction } from '../../database/unit-of-work.js';

/** How long nothing more must have been noticed before a doubt is over without a technician. */
export const DOUBT_LASTS = '10 minutes';

/** The doubt about a controller `c` now; null = none, or it is over. */
export const DOUBT_NOW = `CASE WHEN c.doubt_until > now() THEN c.doubt END`;

/**
 * Notes a doubt for the next ten minutes. A graver one that is still open stays as it is.
 * @returns whether it is news
 */
export async function noteDoubt(tx: Transaction, controllerId: string, doubt: IdentityDoubt, detail: string): Promise<boolean> {
  const [row] = await tx.query<{ isNews: boolean }>(
    `WITH before AS (SELECT id, ${DOUBT_NOW} AS doubt FROM controllers c WHERE id = $1 FOR NO KEY UPDATE)
     UPDATE controllers c SET doubt = $2, doubt_detail = $3, doubt_until = now() + interval '${DOUBT_LASTS}' FROM before
     WHERE c.id = before.id AND coalesce(array_position($4::text[], before.doubt), 0) <= array_position($4::text[], $2::text)
     RETURNING before.doubt IS DISTINCT FROM $2 AS "isNews"`,
    [controllerId, doubt, detail, IDENTITY_DOUBTS],
  );
  return row?.isNews ?? false;
}
