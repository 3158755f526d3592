/**
 * How long a session is believed without a renewal. Gateways renew each second; a slow database may cost some renewals,
 * a dead gateway must show within seconds.
 */
export const LEASE_MS = 10_000;
