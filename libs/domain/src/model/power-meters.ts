import { isMeterClass } from './entity-role.js';

/** A point that measures power, and where it stands. */
export interface PowerPoint {
  id: string;
  floorId: string | null;
  zoneId: string | null;
  equipmentClass: string | null;
}

export interface PowerMeters {
  /** By floor: the points whose sum is the floor's power. */
  floors: ReadonlyMap<string, readonly string[]>;
  /** The points whose sum is the building's power. */
  building: readonly string[];
}

/**
 * Chooses which points are added up, so that nothing is counted twice: a floor's own meters stand for the zones on it, and the
 * building's main meters (meters that stand on no floor) for everything; without them the floors and the plant are added.
 */
export function powerMeters(points: readonly PowerPoint[]): PowerMeters {
  const floors = new Map<string, readonly string[]>();
  for (const floorId of new Set(points.flatMap((point) => point.floorId ?? []))) {
    const onFloor = points.filter((point) => point.floorId === floorId);
    const own = onFloor.filter(({ zoneId }) => zoneId === null);
    floors.set(floorId, (own.length > 0 ? own : onFloor).map(({ id }) => id));
  }
  const plant = points.filter(({ floorId }) => floorId === null);
  const main = plant.filter(({ equipmentClass }) => equipmentClass !== null && isMeterClass(equipmentClass));
  return { floors, building: main.length > 0 ? main.map(({ id }) => id) : [...[...floors.values()].flat(), ...plant.map(({ id }) => id)] };
}

const KILOWATTS: Readonly<Record<string, number>> = { kW: 1, W: 0.001, 'Btu/h': 0.000293071, MW: 1000 };

/** A power in kilowatts; null in a unit that is none of power. */
export function inKilowatts(value: number, unit: string | null): number | null {
  const factor = KILOWATTS[unit ?? ''];
  return factor === undefined ? null : value * factor;
}
