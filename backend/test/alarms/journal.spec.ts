import { newAlarm } from '@cupola/domain';
import { createDatabase, type SpecDatabase } from '@cupola/testing';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewLine } from '../../src/modules/alarms/alarm-changes.js';
import type { StoredAlarm } from '../../src/modules/alarms/stored-alarm.js';
import { writeLines } from '../../src/modules/alarms/write-changes.js';
import { verifyAlarms } from '../../src/modules/alarms/index.js';

const WRITERS = 8;
const TRANSACTIONS = 30;

let spec: SpecDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  spec = await createDatabase();
  pool = new pg.Pool({ connectionString: spec.url, max: WRITERS + 2 });
});
afterAll(async () => {
  await pool.end();
  await spec.drop();
});

function comment(text: string): NewLine {
  const place = { siteId: randomUUID(), buildingId: null, floorId: null };
  const alarm: StoredAlarm = {
    ...{ id: randomUUID(), definitionId: randomUUID(), pointId: randomUUID(), controllerId: null, gatewayId: null, ...place, shard: 0 },
    ...{ instance: newAlarm(0), value: null, changedAt: 0, ackedAt: null, ackedBy: null, late: null, version: 0 },
  };
  return { alarm, fact: 'COMMENTED', occurrence: 0, at: 0, by: 'spec', text, value: null, state: 'NORM', acked: true };
}

/** Writes lines in transactions that end sooner, later or not at all. @returns how many lines were committed */
async function write(writer: number): Promise<number> {
  const client = await pool.connect();
  let committed = 0;
  for (let transaction = 0; transaction < TRANSACTIONS; transaction += 1) {
    const lines = Array.from({ length: 1 + ((writer + transaction) % 3) }, (_, index) => comment(`${writer} ${transaction} ${index}`));
    const isDropped = (writer + transaction) % 7 === 0;
    await client.query('BEGIN');
    await client.query('SELECT pg_sleep($1)', [((writer * 13 + transaction * 7) % 5) / 1000]);
    await writeLines(async <R>(sql: string, params: unknown[] = []) => (await client.query(sql, params)).rows as R[], lines);
    await client.query('SELECT pg_sleep($1)', [((writer * 5 + transaction * 3) % 4) / 1000]);
    await client.query(isDropped ? 'ROLLBACK' : 'COMMIT');
    if (!isDropped) committed += lines.length;
  }
  client.release();
  return committed;
}

describe('the journal', () => {
  it('is numbered in the order of commits: a reader that polls after the last number misses none', async () => {
    let isWriting = true;
    const writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer))).finally(() => (isWriting = false));
    const read: number[] = [];
    const readOnce = async (): Promise<number> => {
      const { rows } = await pool.query<{ number: string }>('SELECT number FROM alarm_journal WHERE number > $1 ORDER BY number', [read.at(-1) ?? 0]);
      read.push(...rows.map(({ number }) => Number(number)));
      return rows.length;
    };
    while (isWriting) await readOnce();
    const committed = (await writing).reduce((sum, count) => sum + count, 0);
    while ((await readOnce()) > 0);
    expect(committed).toBeGreaterThan(WRITERS * TRANSACTIONS);
    expect(read).toEqual(Array.from({ length: committed }, (_, index) => index + 1));
  });

  it('cannot be changed, shortened or emptied', async () => {
    for (const sql of ['UPDATE alarm_journal SET fact = fact', 'DELETE FROM alarm_journal', 'TRUNCATE alarm_journal']) {
      await expect(pool.query(sql)).rejects.toThrow('cannot be changed');
    }
  });

  it('is found broken where somebody went around that', async () => {
    const client = await pool.connect();
    const verify = () => verifyAlarms({ query: async <R>(sql: string, params: unknown[] = []) => (await client.query(sql, params)).rows as R[] });
    expect((await verify()).differences).toEqual([]);
    await client.query('ALTER TABLE alarm_journal DISABLE TRIGGER USER; DELETE FROM alarm_journal WHERE number = 5; ALTER TABLE alarm_journal ENABLE TRIGGER USER');
    expect((await verify()).differences).toEqual(['The journal has no line 5: after 4 comes 6.']);
    await client.query('UPDATE alarm_journal_head SET number = number + 1');
    expect((await verify()).differences).toHaveLength(2);
    client.release();
  });
});
