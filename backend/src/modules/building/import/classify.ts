import { type EntityRole, entityRole, isMeterClass } from '@cupola/domain';
import type { Findings } from './findings.js';
import { inSlices } from './in-slices.js';
import type { Entity, ModelGraph } from './model-graph.js';
import { localName } from './vocabulary.js';

/** The entities of a model by what they are to Cupola, each list in the order of the file. */
export type EntitiesByRole = Record<EntityRole, Entity[]>;

/** Literals by which older models name the series that an entity records. */
const SERIES_LITERALS = ['uuid', 'pointname'];

/** Decides what every entity of a model is, and reports what cannot be told. */
export async function classify(graph: ModelGraph, findings: Findings): Promise<EntitiesByRole> {
  const byRole: EntitiesByRole = { site: [], building: [], floor: [], space: [], zone: [], equipment: [], point: [] };
  await inSlices([...graph.entities.values()], (entity) => {
    const role = roleOf(entity, graph, findings);
    if (role) byRole[role].push(entity);
  });
  return byRole;
}

function roleOf(entity: Entity, graph: ModelGraph, findings: Findings): EntityRole | undefined {
  if (entity.types.length === 0) {
    if (graph.isRelated(entity.iri)) findings.warn('WITHOUT_CLASS', localName(entity.iri), 'No class is given, so nobody can tell what this is: left out.');
    return undefined;
  }
  const roles = new Set(entity.types.map((type) => roleOfType(type, entity)).filter((role) => role !== undefined));
  if (isRecordedSeries(entity, roles, graph)) return 'point';
  if (roles.size > 1) {
    findings.error('CONFLICTING_CLASSES', localName(entity.iri), `One thing cannot be ${[...roles].sort().join(' and ')} at once. Give each its own id, or remove a class.`);
  }
  const [role] = roles;
  if (role) return role;
  if (graph.into('hasPoint', entity.iri).length > 0) return 'point';
  findings.warn('UNKNOWN_CLASS', entity.types.join(' + '), 'Cupola does not know this class as a place, equipment or point: entities of it are left out.');
  return undefined;
}

/** A class that nothing is known of is what its superclasses in the model are. */
function roleOfType(type: string, entity: Entity): EntityRole | undefined {
  const own = entityRole(type);
  if (own || entity.classes.length === entity.types.length) return own;
  return entity.classes.slice(entity.types.length).map(entityRole).find((role) => role !== undefined);
}

/**
 * Meters and fuses are written as equipment and as the point that they report. What has a series, or is somebody's point, and
 * has no points or parts of its own, is the point.
 */
function isRecordedSeries(entity: Entity, roles: ReadonlySet<EntityRole>, graph: ModelGraph): boolean {
  if (!roles.has('equipment') || [...roles].some((role) => role !== 'equipment' && role !== 'point')) return false;
  if (graph.out('hasPoint', entity.iri).length > 0 || graph.out('hasPart', entity.iri).length > 0) return false;
  if (roles.has('point') || entity.timeseriesIds.length > 0) return true;
  const hasSeries = SERIES_LITERALS.some((name) => entity.literals.has(name)) || graph.into('hasPoint', entity.iri).length > 0;
  return entity.types.some(isMeterClass) && hasSeries;
}
