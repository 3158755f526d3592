import type { IngestBatch, IngestReply } from '@cupola/contracts';
import { DomainError } from '@cupola/contracts';
import { shardOf } from '@cupola/domain';
import type { Pool } from 'pg';
import { isDatabaseUnavailable } from '../../database/database-unavailable.js';
import type { Committed } from './commit-batches.js';
import { commitBatches } from './commit-batches.js';
import { CommitSteps } from './commit-step.js';
import { IngestLane } from './ingest-lane.js';
import type { PartitionPeriod } from './partition-period.js';
import { Partitions } from './partitions.js';
import { isEncodable } from './sample-encoder.js';
import { isStorable } from './sample-times.js';
import type { ShardEpochs } from './shard-epochs.js';
import { Streams } from './streams.js';

export interface WriterOptions {
  period: PartitionPeriod;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Called after each commit, before anybody is told that it is stored. */
  committed(result: Committed): void;
  warn(text: string, error?: unknown): void;
  /** Default: none. */
  steps?: CommitSteps;
}

/** Two transactions at a time: while one waits for the disk, the other's rows are read. Their streams are never the same. */
const LANES = 2;

/** Stores sample batches durably, each number of each stream once. */
export class SampleWriter {
  readonly #lanes: IngestLane[];

  constructor(
    pool: Pool,
    epochs: ShardEpochs,
    private readonly options: WriterOptions,
  ) {
    const parts = {
      ...{ pool, epochs, partitions: new Partitions(pool, options.period), streams: new Streams(pool) },
      ...{ steps: options.steps ?? new CommitSteps(), now: () => options.now() },
    };
    const work = {
      commit: (batches: readonly IngestBatch[]) => commitBatches(batches, parts),
      committed: (result: Committed) => options.committed(result),
      isUnavailable: (error: unknown) => error instanceof DomainError || isDatabaseUnavailable(error),
      now: () => options.now(),
      warn: (text: string, error: unknown) => options.warn(text, error),
    };
    this.#lanes = Array.from({ length: LANES }, () => new IngestLane(work));
  }

  /**
   * Resolves when every frame of the batch is stored.
   * @throws DomainError STALE_SESSION, CONTROLLER_NOT_ACTIVE, OVERLOADED, DATABASE_UNAVAILABLE, INTERNAL (these samples cannot be stored)
   */
  store(batch: IngestBatch): Promise<IngestReply> {
    return this.#laneOf(shardOf(batch.controllerId)).take(this.#storable(batch));
  }

  /** Runs work while nothing of these shards' samples is being committed. */
  async exclusively<T>(shards: readonly number[], work: () => Promise<T>): Promise<T> {
    const wanted = new Set(shards.map((shard) => this.#laneOf(shard)));
    // Always in the same order: two that want both must not wait for each other.
    const lanes = this.#lanes.filter((lane) => wanted.has(lane));
    return lanes.reduceRight((inner, lane) => () => lane.exclusively(inner), work)();
  }

  /** Resolves when everything that was given so far is stored or refused. */
  async drain(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.drain()));
  }

  #laneOf(shard: number): IngestLane {
    const lane = this.#lanes[shard % LANES];
    if (!lane) throw new RangeError('a shard without a lane');
    return lane;
  }

  /** Rows that the gateway should never have let through: one of them would abort the COPY of all the others. */
  #storable(batch: IngestBatch): IngestBatch {
    const now = this.options.now();
    const isGood = (row: IngestBatch['frames'][number]['rows'][number]): boolean => isStorable(row[1], now) && isEncodable(row);
    if (batch.frames.every(({ rows }) => rows.every(isGood))) return batch;
    const frames = batch.frames.map((frame) => ({ ...frame, rows: frame.rows.filter(isGood) }));
    const count = (each: IngestBatch['frames']): number => each.reduce((sum, { rows }) => sum + rows.length, 0);
    this.options.warn(`${count(batch.frames) - count(frames)} impossible samples of controller ${batch.controllerId} were left out`);
    return { ...batch, frames };
  }
}
