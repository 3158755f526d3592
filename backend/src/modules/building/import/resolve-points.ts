import { namedUnit, unitAtEndOf, type UnitSystem } from '@cupola/domain';
import type { ModelEquipment, ModelPoint, SourceId } from './building-model.js';
import { ClassReader, type ClassReading } from './class-reader.js';
import type { Findings } from './findings.js';
import { inSlices } from './in-slices.js';
import type { Entity, ModelGraph } from './model-graph.js';
import { pointLabel, tellApart, uniqueKeys } from './point-names.js';
import { floorOfZones, type Places, statedPlaces } from './resolve-equipment.js';
import { localName } from './vocabulary.js';

export interface PointSurroundings {
  places: Places;
  equipment: ReadonlyMap<SourceId, ModelEquipment>;
  /** The building's and the site's own ids: points may belong to them directly. */
  wholes: ReadonlySet<SourceId>;
  graph: ModelGraph;
  unitSystem: UnitSystem;
  findings: Findings;
}

/** Points with kind, unit and limits from their class, and the place and equipment they belong to. */
export async function resolvePoints(entities: readonly Entity[], around: PointSurroundings): Promise<ModelPoint[]> {
  const keys = uniqueKeys(entities.map(({ iri }) => iri));
  const classes = new ClassReader(around.unitSystem);
  const points = await inSlices(entities, (entity): ModelPoint => {
    const { brickClass, profile } = profileOf(entity, classes, around.findings);
    return {
      sourceId: entity.iri,
      key: keys.get(entity.iri) ?? entity.iri,
      label: pointLabel(entity, brickClass),
      brickClass,
      ...{ kind: profile.kind, function: profile.function, unit: profile.unit, writable: profile.writable },
      states: profile.states ? [...profile.states] : null,
      ...{ min: profile.min, max: profile.max, resolution: profile.resolution, relinquishDefault: profile.relinquishDefault },
      ...placeOf(entity, around),
      tags: Object.fromEntries(entity.literals),
      externalRefs: [
        ...entity.timeseriesIds.map((value) => ({ kind: 'timeseries' as const, value })),
        ...entity.bacnetUris.map((value) => ({ kind: 'bacnet' as const, value })),
      ],
    };
  });
  tellApart(points);
  reportPoints(points, around);
  return points;
}

/** The class's profile with the unit that the model itself names, if any. */
function profileOf(entity: Entity, classes: ClassReader, findings: Findings): ClassReading {
  const { brickClass, profile, isKnown } = classes.read(entity);
  const unit = profile.kind === 'analog' ? ((entity.unit && namedUnit(entity.unit)) ?? unitAtEndOf(localName(entity.iri)) ?? profile.unit) : null;
  if (unit === null && !isKnown) {
    findings.warn('CLASS_WITHOUT_UNIT', brickClass, 'The class does not tell the unit or the states: imported as it can be read, look at these points.');
  }
  // Limits are in the profile's unit; under another unit they would be wrong, and a wrong limit is worse than none.
  const limits = unit === profile.unit ? {} : { min: null, max: null, resolution: null, relinquishDefault: null };
  return { brickClass, profile: { ...profile, ...limits, unit }, isKnown };
}

type PointPlace = Pick<ModelPoint, 'floor' | 'zone' | 'space' | 'equipment'>;

function placeOf(entity: Entity, around: PointSurroundings): PointPlace {
  const { places, graph } = around;
  const owners = graph.into('hasPoint', entity.iri);
  const stated = statedPlaces(entity.iri, graph);
  const equipment = ownerOf(entity, owners, stated, around);
  const shared = owners.filter((owner) => around.equipment.has(owner)).length > 1;
  const space = [...stated, ...(shared ? [] : owners)].find((place) => places.spaces.has(place)) ?? null;
  const zone = owners.find((owner) => places.zones.has(owner)) ?? zoneOfEquipment(equipment, around) ?? zoneOfSpace(space, around);
  const floor =
    (space && places.spaces.get(space)?.floor) ??
    [...stated, ...owners].find((place) => places.floors.has(place)) ??
    (zone && floorOfZones([zone], places)) ??
    (equipment && around.equipment.get(equipment)?.floor) ??
    null;
  if (!equipment && !zone && !space && !floor && !shared && ![...stated, ...owners].some((place) => around.wholes.has(place))) {
    around.findings.warn('POINT_WITHOUT_EQUIPMENT', localName(entity.iri), 'No equipment, zone or place has this point: attached to the building.');
  }
  return { floor, zone, space, equipment };
}

/** One piece of equipment owns a point; what many name, like a common meter, belongs to none of them. */
function ownerOf(entity: Entity, owners: readonly SourceId[], stated: readonly SourceId[], around: PointSurroundings): SourceId | null {
  const claiming = owners.filter((owner) => around.equipment.has(owner));
  if (claiming.length > 1) {
    around.findings.warn('POINT_SHARED', localName(entity.iri), 'Several pieces of equipment name this point: it belongs to none of them alone and stands where the model puts it.');
    return null;
  }
  return claiming[0] ?? stated.find((place) => around.equipment.has(place)) ?? null;
}

function zoneOfEquipment(equipment: SourceId | null, around: PointSurroundings): SourceId | undefined {
  let at = equipment === null ? undefined : around.equipment.get(equipment);
  while (at) {
    if (at.feedsZones.length === 1) return at.feedsZones[0];
    at = at.parent === null ? undefined : around.equipment.get(at.parent);
  }
  return undefined;
}

function zoneOfSpace(space: SourceId | null, { places }: PointSurroundings): SourceId | null {
  const covering = space === null ? [] : (places.climateZones.get(space) ?? []);
  return covering.length === 1 ? (covering[0] ?? null) : null;
}

function reportPoints(points: readonly ModelPoint[], { graph, findings }: PointSurroundings): void {
  const series = new Map<string, string>();
  for (const point of points) {
    if (graph.out('hasPoint', point.sourceId).length > 0) {
      findings.warn('POINT_WITH_POINTS', point.brickClass, 'Points of these classes name points of their own, which a point cannot have: that is ignored.');
    }
    for (const { kind, value } of point.externalRefs) {
      const other = series.get(`${kind} ${value}`);
      if (other !== undefined) findings.warn('SERIES_SHARED', `${other}, ${point.key}`, 'Two points name one external reference: both keep it, but one of them is likely wrong.');
      series.set(`${kind} ${value}`, point.key);
    }
  }
}
