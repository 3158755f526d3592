/**
 * How long a session is believed without a renewal. Gateways renew each within three seconds; a slow database may cost a renewal,
 * a dead gateway must show within seconds.
 */
export const LEASE_MS = 10_000;
