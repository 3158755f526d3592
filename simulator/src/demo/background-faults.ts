import { faultSuffix, type Fault, FAULT_PLACES } from './house/desk.js';
import { chance } from './model/chance.js';

const SLOT_MS = 15 * 60_000;
/** What goes wrong by itself, how often among a hundred, and for how long: each is one alarm. */
const USUAL: readonly { readonly fault: Fault; readonly share: number; readonly forMs: number }[] = [
  { fault: 'controller-dropout', share: 55, forMs: 150_000 },
  { fault: 'drifting-sensor', share: 30, forMs: 13 * 60_000 },
  { fault: 'fan-trip', share: 15, forMs: 75_000 },
];

/** The faults that the house has by itself at an instant of real time: one every quarter of an hour, the same whenever it is asked. */
export function backgroundFaults(nowMs: number, seed: string): ReadonlySet<string> {
  const slot = Math.floor(nowMs / SLOT_MS);
  const luck = chance(seed, slot, 'fault') * 100;
  const index = USUAL.findIndex((_, at) => luck < USUAL.slice(0, at + 1).reduce((sum, { share }) => sum + share, 0));
  const { fault, forMs } = USUAL[index] ?? { fault: 'controller-dropout', forMs: 0 };
  const places = FAULT_PLACES.filter((place) => place.fault === fault);
  const place = places[Math.floor(chance(seed, slot, 'place') * places.length)];
  const startsAt = slot * SLOT_MS + chance(seed, slot, 'start') * (SLOT_MS - forMs);
  return place !== undefined && nowMs >= startsAt && nowMs < startsAt + forMs ? new Set([faultSuffix(place)]) : new Set();
}
