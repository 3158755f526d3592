import type { ErrorCode, Problem } from '@cupola/contracts';

/** Refusals that never reached the server. */
export type LocalCode = 'UNREACHABLE' | 'NOT_LIVE' | 'UNREADABLE';

/** Why something was not done: the server's code and words, or the console's own. */
export class Refused extends Error {
  constructor(
    readonly code: ErrorCode | LocalCode,
    readonly detail: string,
    readonly extra: { errors?: Problem['errors']; retryAfter?: number | undefined; status?: number } = {},
  ) {
    super(detail);
    this.name = 'Refused';
  }
}

/** Anything thrown as a refusal: what is not one is a fault of the console itself and says so. */
export function asRefused(thrown: unknown): Refused {
  if (thrown instanceof Refused) return thrown;
  return new Refused('UNREADABLE', thrown instanceof Error ? thrown.message : String(thrown));
}
