import type { ClientToServer } from '@cupola/contracts';
import type { Permission } from '@cupola/domain';

/** What a client may emit, and the permission that each event needs. Part of the one authorization table's parity test. */
export const LIVE_EVENTS = {
  subscribe: 'account.self',
  unsubscribe: 'account.self',
  echo: 'account.self',
} as const satisfies Record<keyof ClientToServer, Permission>;
export type LiveEvent = keyof typeof LIVE_EVENTS;

/** What a client may watch, and the permission that each kind of topic needs at the place that it names. */
export const LIVE_TOPICS = {
  floor: 'points.read',
  building: 'points.read',
  point: 'points.read',
  alarms: 'alarms.read',
  commands: 'points.read',
  controllers: 'controllers.read',
} as const satisfies Record<string, Permission>;
export type LiveTopic = keyof typeof LIVE_TOPICS;
