import type { LimitVerdict } from '../alarms/limit.js';

/**
 * Signs that something else uses a controller's identity, the mildest first: a copy with a secret that was replaced was turned away
 * at the door; a second box was connected; two boxes take each other's session again and again.
 */
export const IDENTITY_DOUBTS = ['old_secret', 'clone', 'duplicate_identity'] as const;
export type IdentityDoubt = (typeof IDENTITY_DOUBTS)[number];

/** IDENTITY: true while a sign is recent and nobody settled it. A graver sign is a higher severity, so that it has to be seen again. */
export function judgeIdentity(doubt: IdentityDoubt | null): LimitVerdict {
  return doubt === null ? { verdict: 'FALSE', severity: 0 } : { verdict: 'TRUE', severity: IDENTITY_DOUBTS.indexOf(doubt) + 1 };
}
