import { Spine1700000000001 } from './0001-spine.js';
import { Alarms1700000000002 } from './0002-alarms.js';
import { FloorDrawings1700000000003 } from './0003-floor-drawings.js';
import { SessionDepth1700000000004 } from './0004-session-depth.js';
import { GatewayDoor1700000000005 } from './0005-gateway-door.js';
import { Timeline1700000000006 } from './0006-timeline.js';
import { IntentRevisions1700000000007 } from './0007-intent-revisions.js';
import { ControllerFaults1700000000008 } from './0008-controller-faults.js';
import { Documents1700000000009 } from './0009-documents.js';
import { EndedSessions1700000000010 } from './0010-ended-sessions.js';

/** Every migration, oldest first. */
export const migrations = [
  Spine1700000000001,
  Alarms1700000000002,
  FloorDrawings1700000000003,
  SessionDepth1700000000004,
  GatewayDoor1700000000005,
  Timeline1700000000006,
  IntentRevisions1700000000007,
  ControllerFaults1700000000008,
  Documents1700000000009,
  EndedSessions1700000000010,
];
