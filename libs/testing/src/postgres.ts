import { migrations } from '@cupola/migrations';
import { startPostgres } from '@cupola/postgres-server';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { DataSource } from 'typeorm';

const FOLDER = 'cupola-test-';
/** Postgres' code for a database that somebody is still connected to. */
const OBJECT_IN_USE = '55006';

/** Where spec files get their databases: plain data, so that it reaches the workers. */
export interface TestPostgres {
  readonly adminUrl: string;
  readonly template: string;
}

export interface RunningTestPostgres extends TestPostgres {
  stop(): Promise<void>;
}

/** One Postgres for this process (or the one of `DATABASE_URL`) with a migrated template database in it. */
export async function startTestPostgres(databaseUrl = process.env['DATABASE_URL']): Promise<RunningTestPostgres> {
  await removeLeftovers();
  const server = databaseUrl ? { url: databaseUrl, remove: async () => {} } : await startThrowAway();
  const template = `cupola_template_${fingerprint()}_${process.pid}`;
  try {
    await makeTemplate(server.url, template);
  } catch (error) {
    await server.remove();
    throw error;
  }
  return {
    adminUrl: server.url,
    template,
    async stop() {
      if (databaseUrl) await administer(databaseUrl, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
      await server.remove();
    },
  };
}

/** Makes a database of its own from the migrated template. */
export async function cloneTemplate({ adminUrl, template }: TestPostgres): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `cupola_spec_${randomBytes(6).toString('hex')}`;
  await administer(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  return { url: withDatabase(adminUrl, name), drop: () => dropDatabase(adminUrl, name) };
}

/**
 * A pool counts as ended before its connections are, and one that is cut off then ends the spec's process. Postgres itself waits some seconds for them;
 * whoever is there after that was forgotten.
 */
async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  try {
    await administer(adminUrl, `DROP DATABASE IF EXISTS ${name}`);
  } catch (error) {
    if ((error as { code?: unknown }).code !== OBJECT_IN_USE) throw error;
    await administer(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  }
}

async function startThrowAway() {
  const folder = await mkdtemp(join(tmpdir(), `${FOLDER}${process.pid}-`));
  // As root, Postgres runs as a system user, which has to get in.
  await chmod(folder, 0o711);
  try {
    const server = await startPostgres({ dataDir: join(folder, 'postgres'), volatile: true, log: () => {} });
    return {
      url: server.url,
      async remove() {
        await server.stop();
        await removeFolder(folder);
      },
    };
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
}

async function makeTemplate(adminUrl: string, template: string): Promise<void> {
  await administer(adminUrl, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
  await administer(adminUrl, `CREATE DATABASE ${template} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`);
  const source = await new DataSource({ type: 'postgres', url: withDatabase(adminUrl, template), migrations, migrationsTransactionMode: 'each' }).initialize();
  try {
    await source.runMigrations();
  } finally {
    await source.destroy();
  }
  // A connected template cannot be cloned.
  await administer(adminUrl, `ALTER DATABASE ${template} ALLOW_CONNECTIONS false`);
}

/** Servers of test runs that were killed before they could clean up. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = new RegExp(`^${FOLDER}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const folder = join(tmpdir(), name);
    const left = await startPostgres({ dataDir: join(folder, 'postgres'), volatile: true, log: () => {} }).catch(() => undefined);
    await left?.stop();
    // Another run that starts now may be removing it as well: a leftover must not fail anybody's tests.
    await removeFolder(folder).catch(() => undefined);
  }
}

/** Postgres may still be writing its last files. */
function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 20 });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.toString();
}

function fingerprint(): string {
  return createHash('sha256').update(migrations.map(String).join()).digest('hex').slice(0, 8);
}
