import type { UnitSystem } from '@cupola/domain';
import { idInWords, lastSegment } from '@cupola/domain';
import { setImmediate as breathe } from 'node:timers/promises';
import type { BuildingModel, ModelZone, SourceId } from './building-model.js';
import { classify, type EntitiesByRole } from './classify.js';
import { Findings } from './findings.js';
import type { ModelGraph } from './model-graph.js';
import { resolveEquipment } from './resolve-equipment.js';
import { resolveFloors } from './resolve-floors.js';
import { resolvePoints } from './resolve-points.js';
import { resolveSpaces } from './resolve-spaces.js';
import { resolveZones } from './resolve-zones.js';
import { localName } from './vocabulary.js';

export interface ResolvedModel {
  model: BuildingModel;
  findings: Findings;
  /** Entities of class Controller: devices that the model itself names. */
  controllers: number;
}

/**
 * Turns the statements of a Brick model into a building: places, zones, equipment and points, and what is odd about them.
 * Pauses between its steps: a campus takes a second, in which controllers must be heard too.
 */
export async function resolveModel(graph: ModelGraph, unitSystem: UnitSystem): Promise<ResolvedModel> {
  const findings = new Findings();
  const found = await classify(graph, findings);
  const floors = resolveFloors(found.floor, findings);
  const spaces = resolveSpaces(found.space, floors, graph, findings);
  await breathe();
  const zones = resolveZones(found.zone, spaces, graph, findings);
  const places = { floors: bySource(floors), spaces: bySource(spaces), zones: bySource(zones), climateZones: climateZonesOf(zones) };
  const equipment = await resolveEquipment(found.equipment, places, graph, findings);
  const wholes = new Set([...found.building, ...found.site].map(({ iri }) => iri));
  const points = await resolvePoints(found.point, { places, equipment: bySource(equipment), wholes, graph, unitSystem, findings });
  const model = { ...identityOf(found, findings), floors, spaces, zones, equipment, points };
  return { model, findings, controllers: found.equipment.filter(({ classes }) => classes.includes('Controller')).length };
}

/** A model without a Building is known by its Site. */
function identityOf({ building, site }: EntitiesByRole, findings: Findings): Pick<BuildingModel, 'name' | 'sourceId'> {
  if (building.length > 1) {
    const names = building.map(({ iri, label }) => label ?? localName(iri)).join(', ');
    findings.error('SEVERAL_BUILDINGS', names, 'One import is one building. Split the model into a file for each.');
  }
  const whole = building[0] ?? site[0];
  if (!whole) return { name: 'Building', sourceId: null };
  const id = lastSegment(localName(whole.iri));
  return { name: whole.label ?? (/^[A-Z0-9]+$/.test(id) ? id : idInWords(id)), sourceId: whole.iri };
}

function climateZonesOf(zones: readonly ModelZone[]): Map<SourceId, SourceId[]> {
  const covering = new Map<SourceId, SourceId[]>();
  for (const { kind, sourceId, spaces } of zones) {
    if (kind !== 'hvac') continue;
    for (const space of spaces) covering.set(space, [...(covering.get(space) ?? []), sourceId]);
  }
  return covering;
}

function bySource<T extends { sourceId: string }>(items: readonly T[]): Map<string, T> {
  return new Map(items.map((item) => [item.sourceId, item]));
}
