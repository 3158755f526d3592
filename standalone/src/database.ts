import { PostgresError, startPostgres, type RunningPostgres } from '@cupola/postgres-server';
import { join } from 'node:path';
import pg from 'pg';
import { StartError } from './start-error.js';

const NAME = 'cupola';
const OLDEST = 15;

/** Starts the bundled Postgres inside the data directory. */
export async function startOwnPostgres(dataDir: string, log: (line: string) => void): Promise<RunningPostgres> {
  try {
    return await startPostgres({ dataDir: join(dataDir, 'postgres'), log });
  } catch (error) {
    if (!(error instanceof PostgresError)) throw error;
    const advice = error.code === 'DIRECTORY_NOT_WRITABLE' ? ' Choose another data directory with CUPOLA_DATA_DIR.' : '';
    throw new StartError(`${error.message}${advice}`, { cause: error });
  }
}

/** The product's own database on a server of its own, made at the first start. */
export async function ensureDatabase(serverUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [NAME]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${NAME} TEMPLATE template0 ENCODING 'UTF8'`);
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${NAME}`;
  return url.toString();
}

/** Tries a database that somebody else runs, so that a wrong address is one sentence and not a stack of retries. */
export async function checkExternal(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  const where = withoutPassword(databaseUrl);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>(`SELECT current_setting('server_version_num') AS version`);
    const major = Math.floor(Number(rows[0]?.version) / 10_000);
    if (major < OLDEST) throw new StartError(`The database ${where} is Postgres ${major}: Cupola needs ${OLDEST} or later.`);
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(`The database ${where} of DATABASE_URL cannot be used: ${reason(error)}.`, { cause: error });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** An address that may be printed. */
export function withoutPassword(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.password = '';
  url.search = '';
  return url.toString();
}

/** Node reports a refused connection to a name with two addresses as a group without a message. */
function reason(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message || code || String(error);
}
