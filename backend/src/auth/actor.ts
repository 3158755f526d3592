import type { Location, ResolvedGrant } from '@cupola/domain';

export type { Location, ResolvedGrant };

/** Who acts: read again from the session row for every request and every write on a socket. */
export interface Actor {
  userId: string;
  username: string;
  sessionId: string;
  address: string;
  correlationId: string;
  grants: readonly ResolvedGrant[];
}

/** What acts when no person does: a controller that enrols, a timer that fires, somebody who could not log in. */
export interface SystemActor {
  /** As the audit trail shows it, e.g. `controller VAV-101` or `override runner`. */
  system: string;
  address?: string;
  correlationId?: string;
}
