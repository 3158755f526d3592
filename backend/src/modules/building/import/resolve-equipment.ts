import { equipmentName } from '@cupola/domain';
import type { ModelEquipment, ModelFloor, ModelSpace, ModelZone, SourceId } from './building-model.js';
import type { Findings } from './findings.js';
import { inSlices } from './in-slices.js';
import type { Entity, ModelGraph } from './model-graph.js';
import { localName } from './vocabulary.js';

/** Where things can stand, resolved before equipment and points. */
export interface Places {
  floors: ReadonlyMap<SourceId, ModelFloor>;
  spaces: ReadonlyMap<SourceId, ModelSpace>;
  zones: ReadonlyMap<SourceId, ModelZone>;
  /** The hvac zones that cover a room. */
  climateZones: ReadonlyMap<SourceId, readonly SourceId[]>;
}

/** Equipment with its place, the equipment it is part of, and what it feeds. */
export async function resolveEquipment(entities: readonly Entity[], places: Places, graph: ModelGraph, findings: Findings): Promise<ModelEquipment[]> {
  const known = new Map(entities.map((entity) => [entity.iri, entity]));
  const parents = new Map(entities.map(({ iri }) => [iri, parentOf(iri, known, graph, findings)]));
  for (const { iri } of entities) cutCycle(iri, parents, findings);
  return inSlices(entities, (entity) => {
    const fed = graph.out('feeds', entity.iri);
    const space = spaceOf(entity.iri, parents, places, graph);
    return {
      sourceId: entity.iri,
      name: nameOf(entity),
      brickClass: entity.types[0] ?? 'Equipment',
      floor: floorOf(entity.iri, space, parents, places, graph),
      space,
      parent: parents.get(entity.iri) ?? null,
      feedsEquipment: fed.filter((iri) => known.has(iri) && iri !== entity.iri),
      feedsZones: fed.filter((iri) => places.zones.has(iri)),
      tags: Object.fromEntries(entity.literals),
    };
  });
}

function nameOf(entity: Entity): string {
  return equipmentName(localName(entity.iri), entity.types[0] ?? 'Equipment', entity.label);
}

type Parents = Map<SourceId, SourceId | null>;

function parentOf(iri: SourceId, known: ReadonlyMap<SourceId, Entity>, graph: ModelGraph, findings: Findings): SourceId | null {
  const whole = graph.into('hasPart', iri).find((owner) => known.has(owner));
  if (whole !== undefined) return whole;
  const claiming = graph.into('hasPoint', iri);
  const entity = known.get(iri);
  if (claiming.length === 0 || entity === undefined) return null;
  findings.warn('EQUIPMENT_AS_POINT', nameOf(entity), 'hasPoint names equipment here: taken as a part of the equipment that names it.');
  return claiming.find((owner) => known.has(owner) && owner !== iri) ?? null;
}

/** Follows the parents upwards; a path that comes back is reported and cut, so that everything after this terminates. */
function cutCycle(start: SourceId, parents: Parents, findings: Findings): void {
  const path = new Set([start]);
  for (let at = parents.get(start) ?? null; at !== null; at = parents.get(at) ?? null) {
    if (!path.has(at)) {
      path.add(at);
      continue;
    }
    findings.error('CYCLIC_PARTS', [...path].map(localName).join(' > '), 'This equipment is a part of itself. Remove one of the hasPart statements.');
    parents.set(at, null);
    return;
  }
}

/** The equipment and everything it is part of, nearest first. */
function chainOf(iri: SourceId, parents: Parents): SourceId[] {
  const chain = [iri];
  for (let at = parents.get(iri) ?? null; at !== null; at = parents.get(at) ?? null) chain.push(at);
  return chain;
}

/** The places that the model states for an entity itself. */
export function statedPlaces(iri: SourceId, graph: ModelGraph): SourceId[] {
  return [...graph.out('hasLocation', iri), ...graph.into('hasPart', iri)];
}

function spaceOf(iri: SourceId, parents: Parents, places: Places, graph: ModelGraph): SourceId | null {
  for (const link of chainOf(iri, parents)) {
    const stated = [...statedPlaces(link, graph), ...graph.into('hasPoint', link)].find((place) => places.spaces.has(place));
    if (stated !== undefined) return stated;
  }
  return null;
}

function floorOf(iri: SourceId, space: SourceId | null, parents: Parents, places: Places, graph: ModelGraph): SourceId | null {
  if (space !== null) return places.spaces.get(space)?.floor ?? null;
  for (const link of chainOf(iri, parents)) {
    const stated = statedPlaces(link, graph).find((place) => places.floors.has(place));
    if (stated !== undefined) return stated;
    const fed = floorOfZones(graph.out('feeds', link), places);
    if (fed !== null) return fed;
  }
  return null;
}

/** The one floor on which all of these zones' rooms are; null when they are on several, or none is known. */
export function floorOfZones(zones: readonly SourceId[], places: Places): SourceId | null {
  const floors = new Set(
    zones.flatMap((zone) => places.zones.get(zone)?.spaces ?? []).flatMap((space) => places.spaces.get(space)?.floor ?? []),
  );
  return floors.size === 1 ? ([...floors][0] ?? null) : null;
}
