import type { PointValue, Quality } from '../points/words.js';

/** A value of a zone as it is now, and how far it may be trusted. */
export interface ZoneReading {
  value: PointValue;
  unit: string | null;
  quality: Quality;
}

export interface ZoneTemperatures {
  temperature: ZoneReading | null;
  setpoint: ZoneReading | null;
}

/** How far from its setpoint a zone still counts as comfortable, in the temperature's unit. */
const BAND: Readonly<Record<string, number>> = { degC: 1, degF: 2 };

/** A reading's value while it may be read as the present state; otherwise null. */
export function knownValue(reading: ZoneReading | null): number | null {
  return reading?.quality === 'GOOD' ? reading.value : null;
}

/** How far a zone is from its setpoint, in the temperature's unit; null where either is not known now or their units differ. */
export function deviationOf({ temperature, setpoint }: ZoneTemperatures): number | null {
  const [value, target] = [knownValue(temperature), knownValue(setpoint)];
  if (value === null || target === null || temperature?.unit !== setpoint?.unit) return null;
  return value - target;
}

/** Zones in band among all that have a temperature and a setpoint. What is not known is never comfortable. */
export interface Comfort {
  inBand: number;
  notKnown: number;
  zones: number;
}

export function comfortOf(zones: readonly ZoneTemperatures[]): Comfort {
  const judged = zones.filter(({ temperature, setpoint }) => temperature !== null && setpoint !== null);
  const deviations = judged.map((zone) => ({ deviation: deviationOf(zone), band: BAND[zone.temperature?.unit ?? ''] }));
  return {
    inBand: deviations.filter(({ deviation, band }) => deviation !== null && band !== undefined && Math.abs(deviation) <= band).length,
    notKnown: deviations.filter(({ deviation, band }) => deviation === null || band === undefined).length,
    zones: judged.length,
  };
}

/** The mean of what is known, in the unit of the first; null when nothing is. Readings in another unit are left out. */
export function meanOf(readings: readonly (ZoneReading | null)[]): { value: number; unit: string | null; known: number } | null {
  const known = readings.flatMap((reading) => {
    const value = knownValue(reading);
    return value === null ? [] : [{ value, unit: reading?.unit ?? null }];
  });
  const unit = known[0]?.unit ?? null;
  const alike = known.filter((each) => each.unit === unit);
  if (alike.length === 0) return null;
  return { value: alike.reduce((sum, { value }) => sum + value, 0) / alike.length, unit, known: alike.length };
}
