import type { Permission, Role } from './words.js';

const READS = ['building.read', 'points.read', 'history.read', 'overrides.read', 'controllers.read', 'alarms.read'] as const;
const OWN = ['account.self'] as const;

/**
 * The one authorization table: which permissions a role carries within the scope of its grant.
 * REST routes, socket events and topics all ask it; nothing else decides who may do what.
 */
export const ROLE_PERMISSIONS: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  viewer: new Set<Permission>([...OWN, ...READS]),
  operator: new Set<Permission>([...OWN, ...READS, 'points.command', 'alarms.acknowledge']),
  technician: new Set<Permission>([
    ...OWN,
    ...READS,
    'points.command',
    'alarms.acknowledge',
    'alarms.define',
    'building.import',
    'controllers.register',
    'controllers.confirm',
    'controllers.revoke',
  ]),
  integrator: new Set<Permission>([...OWN, ...READS, 'points.command', 'building.import', 'controllers.register']),
  admin: new Set<Permission>([
    ...OWN,
    ...READS,
    'points.command',
    'alarms.acknowledge',
    'alarms.define',
    'building.import',
    'controllers.register',
    'controllers.confirm',
    'controllers.revoke',
    'controllers.origins',
    'users.read',
    'users.write',
    'audit.read',
  ]),
};

/**
 * Permissions over the whole house: accounts and the audit trail belong to no site, so only a grant of scope `all`
 * carries them. Otherwise the administrator of one floor could give himself every other.
 */
export const HOUSE_WIDE_PERMISSIONS: ReadonlySet<Permission> = new Set<Permission>(['users.read', 'users.write', 'audit.read']);

/** Permissions over the holder's own account: every grant carries them, and so does having none. */
export const PERSONAL_PERMISSIONS: ReadonlySet<Permission> = new Set<Permission>(OWN);
