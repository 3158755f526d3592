import { chance } from './model/chance.js';

/** Well below the half hour after which a value is stale, and not the same for all points: they would all speak at once. */
const LEAST_HEARTBEAT_MS = 8 * 60_000;
const HEARTBEAT_SPREAD_MS = 6 * 60_000;

export interface Reported {
  readonly value: number | null;
  readonly at: number;
}

/** Whether a value has moved far enough, or has not been heard of for long enough, to be reported. */
export function isWorthReporting(key: string, last: Reported | undefined, value: number | null, deadband: number, now: number): boolean {
  if (last === undefined || (value === null) !== (last.value === null)) return true;
  const moved = value === null || last.value === null ? 0 : Math.abs(value - last.value);
  if (moved > 0 && moved >= deadband) return true;
  return now - last.at >= LEAST_HEARTBEAT_MS + chance(key) * HEARTBEAT_SPREAD_MS;
}

/** As precisely as such an instrument shows it. */
export function shown(value: number | null, deadband: number): number | null {
  if (value === null) return null;
  const digits = deadband >= 10 ? 0 : deadband >= 0.5 ? 1 : 2;
  return Number(value.toFixed(digits));
}
