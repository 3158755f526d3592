import { migrations } from '@cupola/migrations';
import { DataSource } from 'typeorm';
import { StartError } from './start-error.js';

// Any constant of our own: two products that start on one database migrate one after the other.
const TURN = 7_304_221;

/** Brings the database to this release's tables. Returns the names of the migrations that ran. */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const source = await new DataSource({ type: 'postgres', url: databaseUrl, migrations, migrationsTransactionMode: 'each' }).initialize();
  const turn = source.createQueryRunner();
  try {
    await turn.query('SELECT pg_advisory_lock($1)', [TURN]);
    await refuseNewer(source);
    return (await source.runMigrations()).map(({ name }) => name);
  } finally {
    // Ends the connection that holds the lock, and with it the lock.
    await turn.release();
    await source.destroy();
  }
}

/** An older release must not write into tables that it does not know. */
async function refuseNewer(source: DataSource): Promise<void> {
  const [table] = await source.query<{ found: boolean }[]>(`SELECT to_regclass('migrations') IS NOT NULL AS found`);
  if (!table?.found) return;
  const known = new Set(source.migrations.map(({ name, constructor }) => name ?? constructor.name));
  const rows = await source.query<{ name: string }[]>('SELECT name FROM migrations');
  const unknown = rows.filter(({ name }) => !known.has(name)).map(({ name }) => name);
  if (unknown.length === 0) return;
  throw new StartError(`The database was written by a newer release of Cupola (${unknown.join(', ')}): start that release, or restore the backup from before the upgrade.`);
}
