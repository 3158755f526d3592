import type { MessageBus, Unsubscribe } from '@cupola/messaging';
import type { IngestBatch, IngestReply } from '@cupola/contracts';
import { DomainError } from '@cupola/contracts';
import { encodeQuality, SHARD_COUNT, shardOf } from '@cupola/domain';
import { type BeforeApplicationShutdown, Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { BUS } from '../../bus.js';
import { Clock } from '../../clock.js';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/unit-of-work.js';
import type { Committed } from './commit-batches.js';
import { CommitSteps } from './commit-step.js';
import { LatestFlush } from './latest-flush.js';
import { readUnflushed } from './latest-store.js';
import { LatestValues } from './latest-values.js';
import { PartitionSetting } from './partition-setting.js';
import { SampleWriter } from './sample-writer.js';
import { ShardEpochs } from './shard-epochs.js';
import { ShardOwnership } from './shard-ownership.js';
import { changedValues } from './changed-values.js';

/** Answers `ingest.<shard>` for the shards that this process owns, and keeps the current values in step. */
@Injectable()
export class HistoryWriter implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger('Ingest');
  readonly #epochs = new ShardEpochs();
  readonly #answering = new Map<number, Unsubscribe>();
  readonly #ownership: ShardOwnership;
  readonly #writer: SampleWriter;
  readonly #flush: LatestFlush;
  #following: Promise<Unsubscribe> | undefined;

  constructor(
    private readonly database: Database,
    private readonly latest: LatestValues,
    @Inject(BUS) private readonly bus: MessageBus,
    clock: Clock,
    setting: PartitionSetting,
    private readonly steps: CommitSteps,
  ) {
    const warn = (text: string, error?: unknown): void => this.#logger.warn(error === undefined ? text : `${text}: ${String(error)}`);
    this.#writer = new SampleWriter(database.pool, this.#epochs, {
      period: setting.period,
      now: () => clock.now(),
      committed: (result) => this.#committed(result),
      warn,
      steps,
    });
    this.#flush = new LatestFlush(database.pool, latest, warn);
    const events = {
      taken: (shards: readonly number[]) => this.#taken(shards),
      settled: () => this.#settled(),
      lost: () => this.#follow(),
      warn,
    };
    this.#ownership = new ShardOwnership(database.pool, randomUUID(), this.#epochs, events);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.#ownership.start();
    this.#flush.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([...this.#answering.values()].map((stop) => stop()));
    await this.#writer.drain();
    await this.#flush.stop();
    await this.#ownership.stop();
    await (await this.#following)?.();
  }

  /** The shards that this process writes. */
  get owned(): readonly number[] {
    return this.#epochs.owned;
  }

  /** Runs work while nothing of these shards' samples is being committed: one writer at a time, samples or acts. */
  exclusively<T>(shards: readonly number[], work: () => Promise<T>): Promise<T> {
    return this.#writer.exclusively(shards, work);
  }

  /** Holds owned shards until the transaction ends. @throws DomainError DATABASE_UNAVAILABLE where one was taken over */
  hold(tx: Transaction, shards: readonly number[]): Promise<void> {
    return this.#epochs.hold((sql) => tx.query(sql), shards);
  }

  async #taken(shards: readonly number[]): Promise<void> {
    const { readings, marks } = await readUnflushed(this.database.pool, shards);
    this.latest.recover(readings, marks);
    await this.latest.rebind();
    await this.steps.taken(shards);
    for (const shard of shards) {
      // Kept after a loss: while the database is away there is no other owner, and callers are told so instead of being left waiting.
      if (this.#answering.has(shard)) continue;
      this.#answering.set(shard, await this.bus.answer('ingest.<shard>', (batch) => this.#ingest(batch), { at: shard }));
    }
  }

  /** Shards that another process got meanwhile are its to answer. */
  async #settled(): Promise<void> {
    for (const [shard, stop] of this.#answering) {
      if (this.#epochs.owns(shard)) continue;
      this.#answering.delete(shard);
      await stop();
    }
    this.#follow();
  }

  async #ingest(batch: IngestBatch): Promise<IngestReply> {
    if (!this.#epochs.owns(shardOf(batch.controllerId))) {
      throw new DomainError('DATABASE_UNAVAILABLE', 'the database cannot be reached: try again later', { retryAfter: 1 });
    }
    return this.#writer.store(batch);
  }

  #committed({ frames, marks, steps }: Committed): void {
    const changed = this.latest.commit(frames, marks);
    for (const event of changedValues(changed, this.latest)) this.bus.publish('live.values', event);
    for (const step of steps) step.committed();
  }

  /** What other processes commit reaches this one by their events only. */
  #follow(): void {
    if (this.#epochs.owned.length === SHARD_COUNT || this.#following) return;
    this.#following = this.bus.subscribe('live.values', ({ values }) => {
      this.latest.restore(
        values.map(({ channelId, value, quality, flags, sourceTime, receivedTime }) => {
          return { channelId, value, stored: encodeQuality(quality, flags), sourceTime, receivedTime };
        }),
      );
    });
  }
}
