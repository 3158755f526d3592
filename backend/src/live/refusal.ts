import { DomainError, type Refusal } from '@cupola/contracts';
import { isDatabaseUnavailable } from '../database/database-unavailable.js';

/** What a client is told of an error; undefined when the error was not meant for others. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof DomainError) return { code: error.code, detail: error.message, ...(error.extra.retryAfter === undefined ? {} : { retryAfter: error.extra.retryAfter }) };
  if (isDatabaseUnavailable(error)) return { code: 'DATABASE_UNAVAILABLE', detail: 'The database cannot be reached. Trying again helps.', retryAfter: 2 };
  return undefined;
}
