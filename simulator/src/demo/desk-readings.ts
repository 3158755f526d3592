import { DESK_ID, FAULT_PLACES, faultSuffix, SPEED_SUFFIX } from './house/desk.js';
import type { Readings } from './model/readings.js';

const SPEED_KEY = `${DESK_ID}.${SPEED_SUFFIX}`;

/** Faults that are there: those that the house has by itself, unless somebody commands otherwise at the desk. */
export function activeFaults(commanded: ReadonlyMap<string, number>, background: ReadonlySet<string>): ReadonlySet<string> {
  return new Set(FAULT_PLACES.map(faultSuffix).filter((suffix) => (commanded.get(`${DESK_ID}.${suffix}`) ?? Number(background.has(suffix))) === 1));
}

export function speedOf(commanded: ReadonlyMap<string, number>, resting: number): number {
  return commanded.get(SPEED_KEY) ?? resting;
}

/** What the desk's own points show. */
export function deskReadings(faults: ReadonlySet<string>, speed: number): Readings {
  return new Map([[SPEED_KEY, speed], ...FAULT_PLACES.map((place): [string, number] => [`${DESK_ID}.${faultSuffix(place)}`, faults.has(faultSuffix(place)) ? 1 : 0])]);
}
