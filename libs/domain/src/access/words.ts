/** Roles a person or program can hold, each within a scope. */
export const ROLES = ['viewer', 'operator', 'technician', 'integrator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** How wide a grant reaches. `all` covers every site, present and future. */
export const SCOPE_KINDS = ['all', 'site', 'building', 'floor'] as const;
export type ScopeKind = (typeof SCOPE_KINDS)[number];

/** Everything that may be permitted. REST routes, socket events and topics name one of these each. */
export const PERMISSIONS = [
  'building.read',
  'building.import',
  'points.read',
  'history.read',
  'points.command',
  'overrides.read',
  'controllers.read',
  'controllers.register',
  'controllers.confirm',
  'controllers.revoke',
  'controllers.origins',
  'alarms.read',
  'alarms.acknowledge',
  'alarms.define',
  'users.read',
  'users.write',
  'audit.read',
  'account.self',
] as const;
export type Permission = (typeof PERMISSIONS)[number];
