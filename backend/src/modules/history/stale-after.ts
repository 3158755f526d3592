/**
 * After how many milliseconds a point's value is old: a controller that says how often it reports is late after missing twice;
 * otherwise the point's own patience counts. SQL over a point `p` and its live channel `ch`.
 */
export const STALE_AFTER = `COALESCE(3 * NULLIF(ch.interval_ms, 0)::float8, p.stale_after_ms)`;
