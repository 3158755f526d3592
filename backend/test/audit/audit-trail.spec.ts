import { createDatabase, FakeClock, type SpecDatabase } from '@cupola/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Clock } from '../../src/clock.js';
import { Database } from '../../src/database/database.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { type AuditEntry, AuditTrail, verifyAudit } from '../../src/modules/audit/index.js';

class StandingClock extends Clock {
  private readonly clock = new FakeClock();
  now(): number {
    return this.clock.now();
  }
}

let specDatabase: SpecDatabase;
let source: DataSource;
let database: Database;
let unitOfWork: UnitOfWork;
let trail: AuditTrail;

beforeAll(async () => {
  specDatabase = await createDatabase();
  source = await new DataSource({ type: 'postgres', url: specDatabase.url, poolSize: 12 }).initialize();
  database = new Database(source);
  unitOfWork = new UnitOfWork(source);
  trail = new AuditTrail(new StandingClock(), unitOfWork);
});
afterAll(async () => {
  await source.destroy();
  await specDatabase.drop();
});

const entry = (chainKey: string, more: Partial<AuditEntry> = {}): AuditEntry => ({
  ...{ actor: { system: 'a spec' }, operation: 'spec.write', target: 'something', targetId: chainKey, chainKey, result: 'done' },
  ...more,
});

describe('the trail', () => {
  it('stays one chain per shard under concurrent transactions that write to several in any order', async () => {
    const keys = Array.from({ length: 8 }, (_, index) => `key-${index}`);
    const work = Array.from({ length: 40 }, (_, index) =>
      unitOfWork.run(async (tx) => {
        const order = index % 2 === 0 ? keys : keys.toReversed();
        for (const key of order.slice(index % 4)) await trail.record(tx, entry(key));
      }),
    );
    await Promise.all(work);
    const { records, breaks } = await verifyAudit(database);
    expect(breaks).toEqual([]);
    expect(records).toBe(10 * (8 + 7 + 6 + 5));
  });

  it('keeps what jsonb could change: dates, order of keys, numbers, text', async () => {
    const after = { z: 1e21, a: -0, at: new Date(0), deep: [{ y: 0.1, x: null, text: 'ä "\\ \u2028' }], gone: undefined };
    await unitOfWork.run((tx) => trail.record(tx, entry('values', { before: [], after })));
    expect((await verifyAudit(database)).breaks).toEqual([]);
  });

  it('vanishes with the change that it belongs to', async () => {
    const before = await verifyAudit(database);
    const failing = unitOfWork.run(async (tx) => {
      await trail.record(tx, entry('undone'));
      throw new Error('the change fails');
    });
    await expect(failing).rejects.toThrow('the change fails');
    expect(await verifyAudit(database)).toEqual(before);
  });

  it('takes the change down with it when it cannot be written', async () => {
    const failing = unitOfWork.run(async (tx) => {
      await tx.query(`INSERT INTO sites (name, time_zone) VALUES ('Never', 'UTC')`);
      await trail.record(tx, entry('broken', { result: 'neither' as 'done' }));
    });
    await expect(failing).rejects.toThrow('audit_records_result_check');
    expect(await database.query(`SELECT 1 FROM sites WHERE name = 'Never'`)).toEqual([]);
  });

  it.each([
    'UPDATE audit_records SET actor = $$eve$$',
    'DELETE FROM audit_records',
    'TRUNCATE audit_records',
  ])('refuses %s', async (statement) => {
    await expect(database.query(statement)).rejects.toThrow('audit records cannot be changed or removed');
  });

  it('finds what somebody with power over the database did', async () => {
    const tamper = async (statement: string) => {
      const client = await database.pool.connect();
      try {
        await client.query('BEGIN');
        await client.query('ALTER TABLE audit_records DISABLE TRIGGER USER');
        await client.query(statement);
        const reader = { query: async <R>(sql: string, params?: unknown[]) => (await client.query(sql, params)).rows as R[] };
        return (await verifyAudit(reader)).breaks.map(({ problem }) => problem);
      } finally {
        await client.query('ROLLBACK');
        client.release();
      }
    };
    const [{ chain } = { chain: 0 }] = await database.query<{ chain: number }>('SELECT chain FROM audit_records GROUP BY chain ORDER BY count(*) DESC LIMIT 1');
    expect(await tamper(`UPDATE audit_records SET reason = 'because' WHERE chain = ${chain} AND number = 2`)).toEqual(['edited']);
    expect(await tamper(`DELETE FROM audit_records WHERE chain = ${chain} AND number = 2`)).toEqual(['missing']);
    expect(await tamper(`DELETE FROM audit_records WHERE chain = ${chain} AND number = (SELECT max(number) FROM audit_records WHERE chain = ${chain})`)).toEqual(['missing']);
    const swap = `UPDATE audit_records SET number = CASE number WHEN 2 THEN -3 WHEN 3 THEN -2 END WHERE chain = ${chain} AND number IN (2, 3);
      UPDATE audit_records SET number = -number WHERE chain = ${chain} AND number < 0`;
    expect(await tamper(swap)).toEqual(['reordered']);
    expect(await tamper(`DELETE FROM audit_heads WHERE chain = ${chain}`)).toEqual(['head differs']);
  });
});
