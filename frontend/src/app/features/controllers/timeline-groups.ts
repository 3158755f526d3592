import type { TimelineKind } from '@cupola/domain';

/** What technicians look for in a timeline. */
export const TIMELINE_GROUPS = {
  link: [
    'connected', 'closed_by_controller', 'connection_lost', 'heartbeat_lost', 'late_heartbeat', 'superseded', 'gateway_lost', 'gateway_stopped',
    'drained', 'deaf', 'degraded', 'too_fast', 'bad_hello', 'bad_frame',
  ],
  access: [
    'registered', 'claimed', 'claim_refused', 'enrolled', 'awaiting_confirmation', 'confirmed', 'revoked', 'rotated', 'ticket_issued', 'ticket_refused',
    'admission_refused', 'bad_credential', 'old_secret', 'clone', 'duplicate_identity',
  ],
  samples: ['samples_lost', 'sequence_conflict', 'stream_accepted', 'clock_skew', 'too_fast', 'bound'],
} as const satisfies Record<string, readonly TimelineKind[]>;
export type TimelineGroup = keyof typeof TIMELINE_GROUPS;

const CALM: ReadonlySet<TimelineKind> = new Set([
  'registered', 'claimed', 'enrolled', 'confirmed', 'bound', 'rotated', 'ticket_issued', 'connected', 'drained', 'gateway_stopped', 'stream_accepted',
]);

/** Whether an entry is one that somebody may have to do something about. */
export function isTrouble(kind: TimelineKind): boolean {
  return !CALM.has(kind);
}
