import pg from 'pg';
import { afterAll, expect, it } from 'vitest';
import { createDatabase, type SpecDatabase } from '../src/index.js';

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
