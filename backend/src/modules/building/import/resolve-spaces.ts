import { spaceName } from '@cupola/domain';
import type { ModelFloor, ModelSpace, SourceId } from './building-model.js';
import type { Findings } from './findings.js';
import type { Entity, ModelGraph } from './model-graph.js';
import { UNPLACED_FLOOR } from './resolve-floors.js';
import { localName } from './vocabulary.js';

const UNSTATED = 'The model does not say on which floor these rooms are';
const CLEAR_MAJORITY = 0.75;

/** Puts every room on a floor: as the model says it, else as its meter or its neighbours' numbers suggest, else on a floor of its own. */
export function resolveSpaces(entities: readonly Entity[], floors: ModelFloor[], graph: ModelGraph, findings: Findings): ModelSpace[] {
  const placing = new Placing(entities, floors, graph, findings);
  return entities.map((entity) => ({
    sourceId: entity.iri,
    name: nameOfSpace(entity),
    floor: placing.floorOf(entity),
    tags: { class: entity.types[0], ...Object.fromEntries(entity.literals) },
  }));
}

function nameOfSpace(entity: Entity): string {
  return spaceName(localName(entity.iri), entity.label);
}

/** What suggests a room's floor where the model does not state it. */
class Placing {
  private readonly floorIds: Set<SourceId>;
  private readonly spaceIds: Set<SourceId>;
  private readonly stated = new Map<SourceId, SourceId>();
  private readonly metered = new Map<SourceId, SourceId>();
  /** How many placed rooms whose names begin alike (`1.A.2`, `1.B.7`) are on which floor. */
  private readonly votes = new Map<string, Map<SourceId, number>>();

  constructor(
    entities: readonly Entity[],
    private readonly floors: ModelFloor[],
    private readonly graph: ModelGraph,
    private readonly findings: Findings,
  ) {
    this.floorIds = new Set(floors.map(({ sourceId }) => sourceId));
    this.spaceIds = new Set(entities.map(({ iri }) => iri));
    for (const entity of entities) {
      const stated = this.climb(entity.iri, new Set());
      const metered = this.floorOfMeter(entity);
      if (stated !== undefined) this.stated.set(entity.iri, stated);
      if (metered !== undefined) this.metered.set(entity.iri, metered);
      this.vote(prefixOf(nameOfSpace(entity)), stated ?? metered);
    }
  }

  floorOf(entity: Entity): SourceId {
    const stated = this.stated.get(entity.iri);
    if (stated !== undefined) return stated;
    const name = nameOfSpace(entity);
    const metered = this.metered.get(entity.iri);
    const named = this.floorByName(name);
    if (metered !== undefined && (named === undefined || named === metered)) {
      this.findings.warn('FLOOR_FROM_METER', name, `${UNSTATED}: taken from their meter, which is part of one.`);
      return metered;
    }
    if (named !== undefined) {
      if (metered === undefined) this.findings.warn('FLOOR_FROM_NAME', name, `${UNSTATED}: taken from their names.`);
      else this.findings.warn('FLOOR_CONTRADICTED', name, `${UNSTATED}, and their meter is on another floor than their names say: taken from their names.`);
      return named;
    }
    this.findings.warn('ROOM_WITHOUT_FLOOR', name, `${UNSTATED}: placed on a floor of their own, "Unplaced rooms".`);
    return this.unplacedFloor();
  }

  /** Climbs through the places that contain a room. */
  private climb(iri: SourceId, seen: Set<SourceId>): SourceId | undefined {
    if (seen.has(iri)) {
      this.findings.error('CYCLIC_PARTS', localName(iri), 'These rooms are parts of themselves. Remove one of the hasPart statements.');
      return undefined;
    }
    seen.add(iri);
    const around = [...this.graph.into('hasPart', iri), ...this.graph.out('hasLocation', iri)];
    const floor = around.find((place) => this.floorIds.has(place));
    if (floor !== undefined) return floor;
    for (const place of around) {
      const found = this.spaceIds.has(place) ? this.climb(place, seen) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** A room's meter may be the only thing that the model puts on a floor. */
  private floorOfMeter(entity: Entity): SourceId | undefined {
    const around = this.graph.out('hasPoint', entity.iri).flatMap((point) => [...this.graph.into('hasPart', point), ...this.graph.out('hasLocation', point)]);
    const floors = new Set(around.filter((place) => this.floorIds.has(place)));
    return floors.size === 1 ? [...floors][0] : undefined;
  }

  private vote(prefix: string | undefined, floor: SourceId | undefined): void {
    if (prefix === undefined || floor === undefined) return;
    const counts = this.votes.get(prefix) ?? new Map<SourceId, number>();
    this.votes.set(prefix, counts.set(floor, (counts.get(floor) ?? 0) + 1));
  }

  /** The floor of most rooms that are named alike; without any, the floor whose level the name begins with. */
  private floorByName(name: string): SourceId | undefined {
    const prefix = prefixOf(name);
    if (prefix === undefined) return undefined;
    const counts = [...(this.votes.get(prefix) ?? [])].sort(([, a], [, b]) => b - a);
    const [best] = counts;
    if (!best) return this.floors.find(({ level }) => String(level) === prefix)?.sourceId;
    const all = counts.reduce((sum, [, count]) => sum + count, 0);
    return best[1] >= CLEAR_MAJORITY * all ? best[0] : undefined;
  }

  private unplacedFloor(): SourceId {
    if (!this.floorIds.has(UNPLACED_FLOOR)) {
      const level = Math.max(-1, ...this.floors.map((floor) => floor.level)) + 1;
      this.floors.push({ sourceId: UNPLACED_FLOOR, name: 'Unplaced rooms', level });
      this.floorIds.add(UNPLACED_FLOOR);
    }
    return UNPLACED_FLOOR;
  }
}

/** `1` of `1.A.2`; `2` of `243C`, whose first digit is the floor. */
function prefixOf(name: string): string | undefined {
  return /^(\d+)[.\-_ ]/.exec(name)?.[1] ?? /^(\d)\d\d/.exec(name)?.[1];
}
