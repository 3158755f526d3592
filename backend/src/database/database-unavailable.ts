/** SQLSTATE classes and codes that say "the server cannot be used now", not "the statement is wrong". */
const UNAVAILABLE_STATES = /^(08...|57P0[123]|53300|25006)$/;
/** A database closed for maintenance says so under a state that means other things too. */
const CLOSED_DATABASE = /is not currently accepting connections$/;
const NETWORK_ERRORS = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);
/** What `pg` says without a code when a connection dies under a statement or none can be had. */
const CLIENT_MESSAGES = /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Cannot use a pool after|Query read timeout)/;

/** Whether an error means that the database is away, so that trying again later is right. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isDatabaseUnavailable);
  const { code, syscall, driverError } = error as Error & { code?: unknown; syscall?: unknown; driverError?: unknown };
  if (driverError instanceof Error && driverError !== error) return isDatabaseUnavailable(driverError);
  if (typeof code === 'string') {
    return UNAVAILABLE_STATES.test(code) || CLOSED_DATABASE.test(error.message) || (NETWORK_ERRORS.has(code) && (syscall !== 'open' && syscall !== 'stat'));
  }
  return CLIENT_MESSAGES.test(error.message);
}
