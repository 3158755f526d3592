import type { ServiceAccount } from './service-accounts.js';

/**
 * The account of the demo building, which imports its model, draws its floors, defines its alarms, and registers, claims and confirms its controllers:
 * what a technician does, on its own site alone.
 */
export const DEMO_ACCOUNT: Omit<ServiceAccount, 'secret'> = {
  ...{ username: 'demo-building', name: 'Demo building', role: 'technician' },
  site: { name: 'Cupola House', timeZone: 'Europe/Berlin' },
};
