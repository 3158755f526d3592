import { type AlarmTarget, DomainError } from '@cupola/contracts';
import type { Location, PointKind } from '@cupola/domain';
import type { Transaction } from '../../database/unit-of-work.js';

export interface TargetPoint {
  id: string;
  kind: PointKind;
  hasReference: boolean;
}

/** What a definition's target is now. */
export interface ResolvedTarget {
  /** As the audit trail names it. */
  name: string;
  location: Location;
  points: readonly TargetPoint[];
}

const POINTS = `
  SELECT p.id, p.kind, p.label, b.site_id AS "siteId", p.building_id AS "buildingId", p.floor_id AS "floorId", EXISTS (
    SELECT FROM points r WHERE r.equipment_id = p.equipment_id AND r.brick_class = $1 AND r.id <> p.id) AS "hasReference"
  FROM points p JOIN buildings b ON b.id = p.building_id`;

type PointRow = TargetPoint & Location & { label: string };

/** @throws DomainError NOT_FOUND, VALIDATION_FAILED for a class that nothing here has */
export async function resolveTarget(tx: Transaction, target: AlarmTarget, referenceClass: string | null): Promise<ResolvedTarget> {
  if (target.kind === 'controllers') return resolveSite(tx, target.site);
  if (target.kind === 'class') return resolveClass(tx, target, referenceClass);
  const [point] = await tx.query<PointRow>(`${POINTS} WHERE p.id = $2`, [referenceClass, target.point]);
  if (!point) throw new DomainError('NOT_FOUND', 'There is no such point.');
  return { name: point.label, location: locationOf(point), points: [point] };
}

async function resolveSite(tx: Transaction, siteId: string): Promise<ResolvedTarget> {
  const [site] = await tx.query<{ name: string }>('SELECT name FROM sites WHERE id = $1', [siteId]);
  if (!site) throw new DomainError('NOT_FOUND', 'There is no such site.');
  return { name: site.name, location: { siteId, buildingId: null, floorId: null }, points: [] };
}

async function resolveClass(tx: Transaction, target: Extract<AlarmTarget, { kind: 'class' }>, referenceClass: string | null): Promise<ResolvedTarget> {
  const [place] = await tx.query<{ siteId: string; name: string }>(
    `SELECT b.site_id AS "siteId", coalesce(f.name, b.name) AS name FROM buildings b LEFT JOIN floors f ON f.building_id = b.id AND f.id = $2
     WHERE b.id = $1 AND ($2::uuid IS NULL OR f.id IS NOT NULL)`,
    [target.building, target.floor],
  );
  if (!place) throw new DomainError('NOT_FOUND', 'There is no such building or floor.');
  const points = await tx.query<PointRow>(`${POINTS} WHERE p.building_id = $2 AND p.brick_class = $3 AND ($4::uuid IS NULL OR p.floor_id = $4)`, [
    ...[referenceClass, target.building, target.brickClass, target.floor],
  ]);
  if (points.length === 0) {
    const message = `No point of ${place.name} has the class ${target.brickClass}.`;
    throw new DomainError('VALIDATION_FAILED', message, { errors: [{ path: 'target.brickClass', message }] });
  }
  const location = { siteId: place.siteId, buildingId: target.building, floorId: target.floor };
  return { name: `${target.brickClass}, ${place.name}`, location, points };
}

function locationOf({ siteId, buildingId, floorId }: PointRow): Location {
  return { siteId, buildingId, floorId };
}
