import type { ControllerStatus, SessionReason, SessionState } from '@cupola/domain';
import type { WordKey } from '../../core/words';

export const STATUS_WORDS = {
  registered: 'controller.status.registered', pending: 'controller.status.pending', active: 'controller.status.active', revoked: 'controller.status.revoked',
} as const satisfies Record<ControllerStatus, WordKey>;

export const LINK_WORDS = {
  never: 'controller.link.never', online: 'controller.link.online', degraded: 'controller.link.degraded', offline: 'controller.link.offline',
} as const satisfies Record<SessionState, WordKey>;

export const REASON_WORDS = {
  never_claimed: 'reason.never_claimed', never_connected: 'reason.never_connected', awaiting_confirmation: 'reason.awaiting_confirmation',
  connected: 'reason.connected', closed_by_controller: 'reason.closed_by_controller', connection_lost: 'reason.connection_lost',
  heartbeat_lost: 'reason.heartbeat_lost', superseded: 'reason.superseded', revoked: 'reason.revoked', gateway_lost: 'reason.gateway_lost',
  gateway_stopped: 'reason.gateway_stopped', bad_hello: 'reason.bad_hello', bad_frame: 'reason.bad_frame', too_fast: 'reason.too_fast',
  sequence_conflict: 'reason.sequence_conflict', bad_credential: 'reason.bad_credential', ticket_refused: 'reason.ticket_refused',
  admission_refused: 'reason.admission_refused', deaf: 'reason.deaf', degraded: 'reason.degraded', drained: 'reason.drained', clone: 'reason.clone',
  duplicate_identity: 'reason.duplicate_identity',
} as const satisfies Record<SessionReason, WordKey>;

/** How a session is drawn: a filled dot, a half-filled square, an outlined square, a dashed ring. */
export const LINK_STYLES = { online: 'status', degraded: 'status degraded', offline: 'status away', never: 'status none' } as const satisfies Record<SessionState, string>;
