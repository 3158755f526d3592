import { migrate } from './migrate.js';
import { StartError } from './start-error.js';

/** `npm run migrate`: brings DATABASE_URL to this release's tables, for installations whose programs run apart. */
const url = process.env['DATABASE_URL'];
if (!url) {
  console.error('Name the database in DATABASE_URL, e.g. postgres://user:password@127.0.0.1:5432/cupola.');
  process.exit(1);
}
try {
  const done = await migrate(url);
  console.log(done.length === 0 ? 'The database is up to date.' : `Brought the database up to date: ${done.join(', ')}.`);
} catch (error) {
  // An unreachable or newer database is the caller's to mend: a sentence helps, a stack does not.
  console.error(error instanceof StartError ? error.message : `The database could not be brought up to date: ${String((error as Error).message)}.`);
  process.exit(1);
}
