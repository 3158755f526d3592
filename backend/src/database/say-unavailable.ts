import { DomainError } from '@cupola/contracts';
import { isDatabaseUnavailable } from './database-unavailable.js';

/** Answers other programs as before, but for a database that is away: that crosses the bus as a refusal which says that trying again helps. */
export function sayUnavailable<Body, Reply>(answer: (body: Body) => Promise<Reply>): (body: Body) => Promise<Reply> {
  return async (body) => {
    try {
      return await answer(body);
    } catch (error) {
      throw isDatabaseUnavailable(error) ? new DomainError('DATABASE_UNAVAILABLE', 'The database cannot be reached. Trying again helps.') : error;
    }
  };
}
