/** A clock that is off by this much or more is wrong: alarms do not go by its times any more. Milliseconds. */
export const SKEW_MS = 5_000;
/** Part of every measurement is the way of the message: less than this says nothing. */
const NOISE_MS = 2_000;
/** A wrong clock that drifts is told again after this share of what was told. */
const DRIFT_SHARE = 0.2;
/** Times before 2001 are uptimes, or of a clock that was never set: nothing can be measured by them. */
const EARLIEST_CLOCK = 1_000_000_000_000;

/** Offset of a controller's clock in milliseconds, positive where it runs ahead; null where `said` is no time of a clock. */
export function measureOffset(said: number | null, serverTime: number): number | null {
  return said === null || said < EARLIEST_CLOCK ? null : Math.round(said - serverTime);
}

/** Whether a measured offset is worth telling after `told` (null: none was told). */
export function isOffsetNews(told: number | null, measured: number): boolean {
  return told === null || Math.abs(measured - told) >= Math.max(NOISE_MS, DRIFT_SHARE * Math.abs(told));
}

export function isSkewed(offsetMs: number): boolean {
  return Math.abs(offsetMs) >= SKEW_MS;
}
