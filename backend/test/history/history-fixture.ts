import type { IngestBatch, IngestFrame, IngestRow } from '@cupola/contracts';
import { SHARD_COUNT, shardOf } from '@cupola/domain';
import { createDatabase } from '@cupola/testing';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { Database } from '../../src/database/database.js';
import type { Committed } from '../../src/modules/history/commit-batches.js';
import { LatestFlush } from '../../src/modules/history/latest-flush.js';
import { readUnflushed } from '../../src/modules/history/latest-store.js';
import { LatestValues } from '../../src/modules/history/latest-values.js';
import type { PartitionPeriod } from '../../src/modules/history/partition-period.js';
import { SampleWriter } from '../../src/modules/history/sample-writer.js';
import { ShardEpochs } from '../../src/modules/history/shard-epochs.js';

/** A Monday noon: what specs call now. */
export const NOW = Date.UTC(2026, 10, 23, 12);

export interface TestController {
  id: string;
  channels: number[];
}

export interface StoredSample {
  channel_id: number;
  at: number;
  value: number | null;
}

/** A migrated database with controllers in it, whose sessions have epoch 1. */
export interface HistoryFixture {
  url: string;
  database: Database;
  pool: pg.Pool;
  controllers: TestController[];
  /** Everything stored, by channel and source time. */
  samples(): Promise<StoredSample[]>;
  close(): Promise<void>;
}

export async function startHistory(controllers = 3): Promise<HistoryFixture> {
  const spec = await createDatabase();
  const dataSource = await new DataSource({ type: 'postgres', url: spec.url, poolSize: 10 }).initialize();
  const database = new Database(dataSource);
  const { pool } = database;
  await pool.query(`INSERT INTO shards SELECT shard, 'spec', 1 FROM generate_series(0, ${SHARD_COUNT - 1}) AS shard`);
  return {
    ...{ url: spec.url, database, pool },
    controllers: await addControllers(pool, controllers),
    async samples() {
      const { rows } = await pool.query<StoredSample>(
        `SELECT channel_id, (extract(epoch FROM source_time) * 1000)::float8 AS at, value FROM samples ORDER BY channel_id, source_time, value`,
      );
      return rows;
    },
    async close() {
      await dataSource.destroy();
      await spec.drop();
    },
  };
}

/** One process' worth of ingest on that database. */
export interface TestWriter {
  store(batch: IngestBatch): ReturnType<SampleWriter['store']>;
  latest: LatestValues;
  flush: LatestFlush;
  epochs: ShardEpochs;
  commits: Committed[];
  warnings: string[];
}

export async function startWriter({ database }: HistoryFixture, period: PartitionPeriod = 'day', now = () => NOW): Promise<TestWriter> {
  const epochs = new ShardEpochs();
  for (let shard = 0; shard < SHARD_COUNT; shard += 1) epochs.take(shard, 1);
  const latest = new LatestValues(database);
  await latest.onModuleInit();
  const { readings, marks } = await readUnflushed(database.pool, epochs.owned);
  latest.recover(readings, marks);
  const commits: Committed[] = [];
  const warnings: string[] = [];
  const warn = (text: string, error?: unknown): void => void warnings.push(error === undefined ? text : `${text}: ${String(error)}`);
  const committed = (result: Committed): void => {
    latest.commit(result.frames, result.marks);
    commits.push(result);
  };
  const writer = new SampleWriter(database.pool, epochs, { period, now, committed, warn });
  const flush = new LatestFlush(database.pool, latest, warn);
  return { store: (batch) => writer.store(batch), latest, flush, epochs, commits, warnings };
}

/** A frame with one row per value, a second apart. */
export function frame(controller: TestController, seq: number, values: (number | null)[], at = NOW - 43_200_000): IngestFrame {
  const rows = values.map((value, index): IngestRow => [controller.channels[0] ?? 0, at + seq * 60_000 + index * 1000, NOW, value, 0]);
  return { streamId: 'main', seq, lane: 0, rows };
}

export function batch(controller: TestController, frames: IngestFrame[], epoch = 1): IngestBatch {
  return { sessionId: randomUUID(), controllerId: controller.id, epoch, frames };
}

async function addControllers(pool: pg.Pool, count: number): Promise<TestController[]> {
  const { rows: made } = await pool.query<{ user_id: string; site_id: string }>(`
    WITH person AS (INSERT INTO users (username, name, password_hash) VALUES ('someone', 'Someone', '') RETURNING id),
      site AS (INSERT INTO sites (name, time_zone) VALUES ('Site', 'UTC') RETURNING id)
    SELECT person.id AS user_id, site.id AS site_id FROM person, site`);
  const { user_id: person, site_id: site } = made[0] ?? { user_id: '', site_id: '' };
  const controllers: TestController[] = [];
  for (let number = 0; number < count; number += 1) {
    const id = randomUUID();
    await pool.query(
      `INSERT INTO controllers (id, site_id, name, slot, type, status, shard, secret_hash, epoch, created_by)
       VALUES ($1, $2, $3, $3, 'vav', 'active', $4, '\\x00', 1, $5)`,
      [id, site, `C-${number}`, shardOf(id), person],
    );
    const { rows } = await pool.query<{ id: number }>(
      `INSERT INTO channels (controller_id, key, alias, kind) SELECT $1, 'k' || n, n, 'analog' FROM generate_series(0, 2) AS n RETURNING id`,
      [id],
    );
    controllers.push({ id, channels: rows.map((row) => row.id) });
  }
  return controllers;
}
