import pg from 'pg';
import { afterAll, expect, it } from 'vitest';
import { createDatabase, type SpecDatabase, waitFor } from '../src/index.js';

const made: SpecDatabase[] = [];

afterAll(async () => {
  for (const database of made) await database.drop();
});

async function connect(): Promise<pg.Client> {
  const database = await createDatabase();
  made.push(database);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  return client;
}

it('gives every caller a migrated database that nobody else writes to', async () => {
  const [one, two] = await Promise.all([connect(), connect()]);
  await one.query(`INSERT INTO sites (name, time_zone) VALUES ('Campus', 'Europe/Berlin')`);
  expect((await one.query('SELECT name FROM sites')).rows).toEqual([{ name: 'Campus' }]);
  expect((await two.query('SELECT name FROM sites')).rows).toEqual([]);
  await Promise.all([one.end(), two.end()]);
});

it('removes a database that still has connections', async () => {
  const database = await createDatabase();
  const client = new pg.Client({ connectionString: database.url });
  client.on('error', () => undefined);
  await client.connect();
  await database.drop();
  await expect(client.query('SELECT 1')).rejects.toThrow();
});

it('lets connections that are about to end do so', async () => {
  const database = await createDatabase();
  const [leaving, onlooker] = [new pg.Client({ connectionString: database.url }), await connect()];
  const errors: Error[] = [];
  leaving.on('error', (error) => errors.push(error));
  await leaving.connect();
  const dropped = database.drop();
  const name = new URL(database.url).pathname.slice(1);
  const dropping = `SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'DROP DATABASE%${name}%'`;
  await waitFor(async () => errors.length > 0 || (await onlooker.query(dropping)).rowCount === 1);
  await leaving.end();
  await Promise.all([dropped, onlooker.end()]);
  expect(errors).toEqual([]);
});
