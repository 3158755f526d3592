import { DomainError, type Grant } from '@cupola/contracts';
import type { Transaction } from '../../database/unit-of-work.js';

/** Tables of the places that a scope may name. */
const PLACES = { site: 'sites', building: 'buildings', floor: 'floors' } as const;

/** Replaces a user's grants. @throws DomainError VALIDATION_FAILED naming the grant whose place does not exist */
export async function writeGrants(tx: Transaction, userId: string, grants: readonly Grant[]): Promise<void> {
  await requirePlaces(tx, grants);
  await tx.query('DELETE FROM grants WHERE user_id = $1', [userId]);
  for (const { role, scope, scopeId } of grants) {
    const place = (kind: Grant['scope']) => (scope === kind ? scopeId : null);
    await tx.query(
      `INSERT INTO grants (user_id, role, scope, site_id, building_id, floor_id) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
      [userId, role, scope, place('site'), place('building'), place('floor')],
    );
  }
}

async function requirePlaces(tx: Transaction, grants: readonly Grant[]): Promise<void> {
  const errors: { path: string; message: string }[] = [];
  for (const [index, { scope, scopeId }] of grants.entries()) {
    const message = await placeError(tx, scope, scopeId);
    if (message !== null) errors.push({ path: `grants.${index}.scopeId`, message });
  }
  if (errors.length > 0) throw new DomainError('VALIDATION_FAILED', `${errors[0]?.path}: ${errors[0]?.message}`, { errors });
}

async function placeError(tx: Transaction, scope: Grant['scope'], scopeId: string | null): Promise<string | null> {
  if (scope === 'all') return scopeId === null ? null : 'must be empty for a grant that reaches everywhere';
  if (scopeId === null) return `must name a ${scope}`;
  const [found] = await tx.query(`SELECT 1 FROM ${PLACES[scope]} WHERE id = $1`, [scopeId]);
  return found === undefined ? `names no ${scope}` : null;
}

/** Locks out every other change of who is an administrator until the transaction ends. */
export async function lockAdministrators(tx: Transaction): Promise<void> {
  await tx.query('LOCK TABLE grants IN SHARE ROW EXCLUSIVE MODE');
}

/** Without an enabled administrator of everything nobody could ever make one again. @throws DomainError LAST_ADMINISTRATOR */
export async function requireAdministrator(tx: Transaction): Promise<void> {
  const [found] = await tx.query(
    `SELECT 1 FROM grants g JOIN users u ON u.id = g.user_id WHERE g.role = 'admin' AND g.scope = 'all' AND NOT u.disabled LIMIT 1`,
  );
  if (found === undefined) throw new DomainError('LAST_ADMINISTRATOR', 'This would leave nobody who may administer everything.');
}
