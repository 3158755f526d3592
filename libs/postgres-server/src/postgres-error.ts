/** What stood in the way of a running database. */
export type PostgresProblem =
  | 'DIRECTORY_NOT_WRITABLE'
  | 'DIRECTORY_FOREIGN'
  | 'DISK_FULL'
  | 'NO_BINARIES'
  | 'NO_PORT'
  | 'NO_SYSTEM_USER'
  | 'NOT_READY'
  | 'PASSWORD_LOST'
  | 'VERSION_MISMATCH'
  | 'START_FAILED';

/** One sentence for the person who started the product, and a code for the program that did. */
export class PostgresError extends Error {
  override readonly name = 'PostgresError';

  constructor(
    readonly code: PostgresProblem,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const FULL = /No space left on device|could not extend file|ENOSPC/;

/** Turns what Postgres or the file system said into one sentence about `dir`. */
export function explain(said: string, dir: string): PostgresError {
  if (FULL.test(said)) return new PostgresError('DISK_FULL', `The disk that holds ${dir} is full: free some space and start again.`);
  if (/Permission denied|EACCES|EROFS|EPERM/.test(said)) {
    return new PostgresError('DIRECTORY_NOT_WRITABLE', `The directory ${dir} cannot be written by this user: ${lastLine(said)}`);
  }
  return new PostgresError('START_FAILED', `The database in ${dir} did not start: ${lastLine(said)}`);
}

/** The FATAL line often only sums up what the line before it names. */
function lastLine(said: string): string {
  const lines = said.split('\n').map((line) => line.trim()).filter(Boolean);
  const telling = lines.filter((line) => /FATAL|PANIC|ERROR|LOG|error:/.test(line));
  const last = (telling.length > 0 ? telling : lines).slice(-2).map((line) => line.replace(/^.*?(FATAL|PANIC|ERROR|LOG|error):\s*/, ''));
  return last.join('; ') || 'it gave no reason';
}
