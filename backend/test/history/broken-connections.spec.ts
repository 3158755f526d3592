import { createDatabase } from '@cupola/testing';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Database } from '../../src/database/database.js';
import { type Breakable, breakable } from './breakable.js';

let line: Breakable;
let dataSource: DataSource;
let database: Database;

beforeEach(async () => {
  line = await breakable((await createDatabase()).url);
  dataSource = await new DataSource({ type: 'postgres', url: line.url }).initialize();
  database = new Database(dataSource);
});
afterEach(async () => {
  await dataSource.destroy();
  await line.close();
});

// Without a listener of its own, the `error` event of the connection ends the process, and this run with it.
it.each(['between two statements', 'during a statement'])('a connection that breaks while it is lent out, %s, fails what waits for it and nothing else', async (when) => {
  const client = await database.pool.connect();
  // Not `once` of node:events, which listens to errors as well.
  const ended = new Promise((resolve) => void client.once('end', resolve));
  const outcome = when === 'during a statement' ? client.query('SELECT pg_sleep(60)').catch(() => 'failed') : 'failed';
  line.cut();
  await ended;
  const next = client.query('SELECT 1').catch(() => 'failed');
  expect([await outcome, await next]).toEqual(['failed', 'failed']);
  client.release(true);
  line.mend();
  expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
});
