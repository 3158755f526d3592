import { classWords, hasWords, idInWords, isCode, lastSegment, roomNumber, type ZoneKind } from '@cupola/domain';
import type { ModelSpace, ModelZone } from './building-model.js';
import type { Findings } from './findings.js';
import type { Entity, ModelGraph } from './model-graph.js';
import { localName } from './vocabulary.js';

/** Zones with the rooms they cover; a zone without rooms is kept and reported. */
export function resolveZones(entities: readonly Entity[], spaces: readonly ModelSpace[], graph: ModelGraph, findings: Findings): ModelZone[] {
  const spaceNames = new Map(spaces.map(({ sourceId, name }) => [sourceId, name]));
  const sharedLabels = sharedOf(entities.map(({ label }) => label));
  return entities.map((entity) => {
    // `Lighting_Zone isLocationOf Room` and `HVAC_Zone hasPart Room` both say which rooms a zone covers.
    const around = [...graph.out('hasPart', entity.iri), ...graph.into('hasPart', entity.iri), ...graph.into('hasLocation', entity.iri), ...graph.out('hasLocation', entity.iri)];
    const rooms = [...new Set(around)].filter((iri) => spaceNames.has(iri));
    const kind = kindOf(entity);
    const name = nameOf(entity, kind, rooms.map((room) => spaceNames.get(room) ?? ''), sharedLabels);
    if (rooms.length === 0) findings.warn('ZONE_WITHOUT_ROOMS', name, 'No room belongs to these zones: they appear on no floor plan.');
    return { sourceId: entity.iri, kind, name, spaces: rooms, tags: { class: entity.types[0], ...Object.fromEntries(entity.literals) } };
  });
}

function kindOf(entity: Entity): ZoneKind {
  const words = entity.classes.flatMap(classWords);
  if (hasWords(words, ['Lighting'])) return 'lighting';
  return hasWords(words, ['Fire']) ? 'fire' : 'hvac';
}

const PREFIX: Readonly<Record<ZoneKind, string>> = { hvac: '', lighting: 'Lighting ', fire: 'Fire zone ' };

function nameOf(entity: Entity, kind: ZoneKind, rooms: readonly string[], sharedLabels: ReadonlySet<string>): string {
  const { label } = entity;
  if (label !== undefined && !sharedLabels.has(label) && !isCode(label)) return label;
  if (rooms.length > 0 && rooms.length <= 3) return PREFIX[kind] + rooms.join(', ');
  const id = localName(entity.iri);
  const number = roomNumber(id);
  if (number !== undefined) return PREFIX[kind] + number;
  // A zone that is a port of a VAV has no better name than the VAV's own place in the id.
  const unit = /([A-Za-z]+?)s?\/(\w+)\/[^/]*$/.exec(id);
  return label ?? (unit ? `Zone of ${String(unit[1]).toUpperCase()} ${unit[2]}` : idInWords(lastSegment(id)));
}

function sharedOf(labels: readonly (string | undefined)[]): Set<string> {
  const counted = Map.groupBy(labels.filter((label) => label !== undefined), (label) => label);
  return new Set([...counted].filter(([, same]) => same.length > 1).map(([label]) => label));
}
