import { ConfigError } from '@cupola/backend';
import { PostgresError } from '@cupola/postgres-server';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { checkExternal, ensureDatabase, startOwnPostgres } from './database.js';
import { type Environment, readSettings } from './settings.js';
import { StartError } from './start-error.js';

/** One connection to the product's database. */
export interface Connection {
  query<R>(sql: string, params?: unknown[]): Promise<R[]>;
}

/**
 * Connects to the database of this installation, whether or not the product runs on it: the one of DATABASE_URL, or the bundled
 * Postgres of the data directory. One that is started for this is stopped again; one that runs already is left alone.
 */
export async function useDatabase<T>(env: Environment, work: (connection: Connection) => Promise<T>): Promise<T> {
  const { backend, externalDatabase } = readSettings(env);
  if (externalDatabase !== undefined) {
    await checkExternal(externalDatabase);
    return connected(externalDatabase, work);
  }
  if (!existsSync(join(backend.dataDir, 'postgres'))) throw new StartError(`There is no database in ${backend.dataDir}: say where it is with CUPOLA_DATA_DIR or DATABASE_URL.`);
  const postgres = await startOwnPostgres(backend.dataDir, () => undefined);
  try {
    return await connected(await ensureDatabase(postgres.url), work);
  } finally {
    if (!postgres.adopted) await postgres.stop();
  }
}

async function connected<T>(databaseUrl: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ found: boolean }>(`SELECT to_regclass('alarm_journal') IS NOT NULL AS found`);
    if (!rows[0]?.found) throw new StartError('This database has not been used by this release of Cupola yet: start the product once.');
    return await work({ query: async <R>(sql: string, params: unknown[] = []) => (await client.query(sql, params)).rows as R[] });
  } finally {
    await client.end();
  }
}

/** Runs a check and ends the process: 0 when all is well, 1 with a difference or when it could not be made. The last line is the verdict. */
export async function runCheck(work: (connection: Connection) => Promise<{ problems: readonly string[]; verdict: string }>): Promise<never> {
  try {
    const { problems, verdict } = await useDatabase(process.env, work);
    for (const problem of problems) console.log(problem);
    console.log(verdict);
    process.exit(problems.length === 0 ? 0 : 1);
  } catch (error) {
    const isForPeople = [StartError, ConfigError, PostgresError].some((kind) => error instanceof kind);
    console.error(isForPeople ? (error as Error).message : error);
    console.log('Not verified.');
    process.exit(1);
  }
}
