import { classLabel, floorLevel, idInWords, lastSegment } from '@cupola/domain';
import type { ModelFloor } from './building-model.js';
import type { Findings } from './findings.js';
import type { Entity } from './model-graph.js';
import { localName } from './vocabulary.js';

/** The floor that takes rooms of which the model does not say where they are. */
export const UNPLACED_FLOOR = 'cupola:unplaced-rooms';

/** Floors with their levels, from what their label or id says. */
export function resolveFloors(entities: readonly Entity[], findings: Findings): ModelFloor[] {
  const told = entities.map((entity) => ({ entity, level: levelOf(entity) }));
  const levels = told.flatMap(({ level }) => (level === undefined ? [] : [level]));
  let next = Math.max(-1, ...levels) + 1;
  const floors = told.map(({ entity, level }) => {
    if (level === undefined) {
      findings.warn('FLOOR_LEVEL_GUESSED', nameOf(entity), 'Neither label nor id says the level: placed above the other floors.');
    }
    return { sourceId: entity.iri, name: nameOf(entity, level), level: level ?? next++ };
  });
  refuseSharedLevels(floors, findings);
  return floors.sort((a, b) => a.level - b.level);
}

function levelOf(entity: Entity): number | undefined {
  return floorLevel(entity.literals.get('level') ?? '') ?? floorLevel(entity.label ?? '') ?? floorLevel(lastSegment(localName(entity.iri)));
}

function nameOf(entity: Entity, level?: number): string {
  if (entity.label !== undefined) return entity.label;
  const type = classLabel(entity.types[0] ?? 'Floor');
  const id = lastSegment(localName(entity.iri));
  return level !== undefined && /^[a-z_ -]*-?\d+$/i.test(id) && type === 'Floor' ? `Floor ${level}` : idInWords(id);
}

function refuseSharedLevels(floors: readonly ModelFloor[], findings: Findings): void {
  const byLevel = Map.groupBy(floors, ({ level }) => level);
  for (const [level, sharing] of byLevel) {
    if (sharing.length < 2) continue;
    const names = sharing.map(({ name, sourceId }) => `${name} (${localName(sourceId)})`).join(', ');
    findings.error('DUPLICATE_LEVEL', names, `These floors all claim level ${level}. Give each floor a level of its own in its label or id.`);
  }
}
