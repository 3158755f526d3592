import type { ElevationZone, PowerNow } from '@cupola/contracts';
import { inKilowatts, isZoneSetpoint, knownValue } from '@cupola/domain';
import type { ZoneReading } from '@cupola/domain';
import type { LookedAtPoint, ZoneRow } from './visible-building.js';

export type ZonePoints = Partial<Pick<ElevationZone, 'temperature' | 'setpoint' | 'co2' | 'light' | 'power'>>;

function slotOf(point: LookedAtPoint): keyof ZonePoints | undefined {
  if (isZoneSetpoint(point)) return 'setpoint';
  const { quantity } = point;
  return quantity === 'temperature' || quantity === 'co2' || quantity === 'light' || quantity === 'power' ? quantity : undefined;
}

/** What is measured in each zone, by points that name it or whose equipment serves it. Of several for one thing a good one is taken. */
export function readingsByZone(zones: readonly ZoneRow[], points: readonly LookedAtPoint[], read: (point: LookedAtPoint) => ZoneReading | null): ReadonlyMap<string, ZonePoints> {
  const zoneOfEquipment = new Map(zones.flatMap(({ id, equipment }) => equipment.map((each) => [each, id] as const)));
  const found = new Map<string, ZonePoints>(zones.map(({ id }) => [id, {}]));
  for (const point of points) {
    const slot = slotOf(point);
    const zone = found.get(point.zoneId ?? zoneOfEquipment.get(point.equipmentId ?? '') ?? '');
    if (!slot || !zone || zone[slot]?.quality === 'GOOD') continue;
    const reading = read(point);
    if (!zone[slot] || reading?.quality === 'GOOD') zone[slot] = reading;
  }
  return found;
}

/** Adds up what is known; how many meters that are of how many is told with it. */
export function sumOfPower(readings: readonly ZoneReading[]): PowerNow {
  const known = readings.flatMap((reading) => {
    const value = knownValue(reading);
    const kilowatts = value === null ? null : inKilowatts(value, reading.unit);
    return kilowatts === null ? [] : [kilowatts];
  });
  return { kilowatts: known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0), known: known.length, meters: readings.length };
}
