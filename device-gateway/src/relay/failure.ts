import type { ErrorCode } from '@cupola/contracts';
import { DomainError } from '@cupola/contracts';
import { BusTimeout, BusUnreachable } from '@cupola/messaging';
import type { Failure } from '../session/effects.js';

/** Refusals that say nothing about the request itself. */
const PASSING: ReadonlySet<ErrorCode> = new Set(['DATABASE_UNAVAILABLE', 'OVERLOADED', 'INTERNAL', 'TOO_MANY_ATTEMPTS']);

/** What a failed bus request means for the session that made it. */
export function failureOf(error: unknown): Failure {
  if (error instanceof DomainError) return { code: error.code, detail: error.message, isPassing: PASSING.has(error.code) };
  if (error instanceof BusUnreachable) return { code: 'UNREACHABLE', detail: error.message, isPassing: true };
  if (error instanceof BusTimeout) return { code: 'TIMEOUT', detail: error.message, isPassing: true };
  return { code: 'INTERNAL', detail: 'the request could not be made', isPassing: true };
}
