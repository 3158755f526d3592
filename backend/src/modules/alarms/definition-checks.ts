import { type AlarmTarget, DomainError } from '@cupola/contracts';
import { type AlarmCondition, type AlarmPriority, CONTROLLER_CONDITIONS, isLimitCondition, limitsCross } from '@cupola/domain';
import type { Transaction } from '../../database/unit-of-work.js';
import type { ResolvedTarget } from './definition-target.js';

/** The rules of a definition that can contradict each other or its target. */
export interface CheckedRules {
  condition: AlarmCondition;
  limit: number | null;
  deadband: number;
  referenceClass: string | null;
  autoAck: boolean;
  priority: AlarmPriority;
}

/** @throws DomainError LIMIT_REQUIRED, WRONG_KIND, REFERENCE_MISSING, AUTO_ACK_REFUSED, VALIDATION_FAILED */
export function checkRules(rules: CheckedRules, target: AlarmTarget, { points, name }: ResolvedTarget): void {
  const { condition } = rules;
  const isOfControllers = (CONTROLLER_CONDITIONS as readonly string[]).includes(condition);
  if (isOfControllers !== (target.kind === 'controllers')) {
    throw new DomainError('WRONG_KIND', isOfControllers ? `${condition} is judged of controllers: define it for the controllers of a site.` : `Controllers have no value: only ${CONTROLLER_CONDITIONS.join(' and ')} can be defined for them.`);
  }
  if (rules.autoAck && rules.priority <= 2) {
    throw new DomainError('AUTO_ACK_REFUSED', 'Alarms of priority 1 and 2 do not acknowledge themselves: somebody has to have seen them.');
  }
  if (!isLimitCondition(condition)) return checkWithoutLimit(rules);
  if (rules.limit === null) throw new DomainError('LIMIT_REQUIRED', `${condition} needs a limit.`);
  if (!points.some(({ kind }) => kind === 'analog')) {
    throw new DomainError('WRONG_KIND', `${name} is not a measured number: ${condition} compares numbers.`);
  }
  checkReference(rules, { points, name });
}

function checkReference({ condition, referenceClass }: CheckedRules, { points, name }: Pick<ResolvedTarget, 'points' | 'name'>): void {
  if (condition === 'DEV' && referenceClass === null) throw new DomainError('REFERENCE_MISSING', 'DEV needs the class of the point that it compares with.');
  if (condition === 'DEV' && !points.some(({ hasReference }) => hasReference)) {
    throw new DomainError('REFERENCE_MISSING', `The equipment of ${name} has no point of the class ${referenceClass}.`);
  }
  if (condition !== 'DEV' && referenceClass !== null) refuseField('referenceClass', 'Only DEV compares with another point.');
}

function checkWithoutLimit({ condition, limit, referenceClass }: CheckedRules): void {
  if (limit !== null) refuseField('limit', `${condition} has no limit.`);
  if (referenceClass !== null) refuseField('referenceClass', 'Only DEV compares with another point.');
}

function refuseField(path: string, message: string): never {
  throw new DomainError('VALIDATION_FAILED', `${path}: ${message}`, { errors: [{ path, message }] });
}

/** The other definitions of the same points must leave values at which nothing is wrong. @throws DomainError LIMITS_CROSSED */
export async function checkOpposite(tx: Transaction, rules: CheckedRules, { points }: ResolvedTarget, ownId: string | null): Promise<void> {
  const { condition, limit, deadband } = rules;
  if ((condition !== 'HI' && condition !== 'LO') || limit === null) return;
  const others = await tx.query<{ name: string; limit: number; deadband: number }>(
    `SELECT d.name, d."limit", d.deadband FROM alarm_definitions d
     WHERE d.condition = $1 AND d.enabled AND d.id IS DISTINCT FROM $2 AND (
       (d.target = 'point' AND d.point_id = ANY ($3::uuid[])) OR (d.target = 'class' AND EXISTS (
         SELECT FROM points p WHERE p.id = ANY ($3::uuid[]) AND p.building_id = d.building_id AND p.brick_class = d.brick_class
           AND (d.floor_id IS NULL OR p.floor_id = d.floor_id))))`,
    [condition === 'HI' ? 'LO' : 'HI', ownId, points.map(({ id }) => id)],
  );
  const own = { limit, deadband };
  const crossed = others.find((other) => (condition === 'HI' ? limitsCross(own, other) : limitsCross(other, own)));
  if (!crossed) return;
  throw new DomainError('LIMITS_CROSSED', `With "${crossed.name}" (${crossed.limit}, deadband ${crossed.deadband}) no value would be normal: high limits have to stay above low ones, deadbands included.`);
}
