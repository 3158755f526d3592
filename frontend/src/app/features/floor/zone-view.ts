import type { FloorDetail, Point } from '@cupola/contracts';
import { isZoneSetpoint, zoneQuantity } from '@cupola/domain';
import type { Layer } from './layers';

export type Space = FloorDetail['spaces'][number];
export type Zone = FloorDetail['zones'][number];

/** The points of a zone: those that name it, and those of the equipment that serves it. */
export function pointsByZone(floor: FloorDetail): ReadonlyMap<string, Point[]> {
  const zoneOfEquipment = new Map(floor.zones.flatMap((zone) => zone.equipment.map(({ id }) => [id, zone.id] as const)));
  const found = new Map<string, Point[]>(floor.zones.map(({ id }) => [id, []]));
  for (const point of floor.points) {
    const zone = point.zone?.id ?? (point.equipment ? zoneOfEquipment.get(point.equipment.id) : undefined);
    if (zone) found.get(zone)?.push(point);
  }
  return found;
}

/** What a room shows on a layer, and what that is compared with. */
export interface RoomPoints {
  shown: Point | undefined;
  setpoint: Point | undefined;
}

export function roomPoints(points: readonly Point[], layer: Layer | undefined): RoomPoints {
  const candidates = points.filter((point) => zoneQuantity(point) === layer);
  const shown = candidates.find(({ quality }) => quality === 'GOOD') ?? candidates[0];
  return { shown, setpoint: layer === 'temperature' ? points.find(isZoneSetpoint) : undefined };
}

/** A zone's name without the room's, where it only repeats it. */
export function zoneTitle(floor: FloorDetail, zone: Zone): string {
  const spaces = floor.spaces.filter(({ zoneIds }) => zoneIds.includes(zone.id));
  return spaces.length === 1 && spaces[0] ? spaces[0].name : zone.name;
}
