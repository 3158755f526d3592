import { SHARD_COUNT } from '@cupola/domain';
import type { Pool, PoolClient } from 'pg';
import { setTimeout as after } from 'node:timers/promises';
import type { ShardEpochs } from './shard-epochs.js';

/** First key of the advisory locks; the second is the shard. */
const LOCK_CLASS = 1_129_665_537;
/** How often a lost connection is noticed and free shards are taken, at the latest. */
const ROUND_MS = 1000;
/** A connection that does not answer in this time counts as lost. */
const ANSWER_MS = 3000;

const LOCK = 'SELECT shard FROM unnest($2::smallint[]) AS shard WHERE pg_try_advisory_lock($1, shard)';
const TAKE = `
  INSERT INTO shards (shard, owner, epoch) SELECT shard, $2, 1 FROM unnest($1::smallint[]) AS shard
  ON CONFLICT (shard) DO UPDATE SET owner = excluded.owner, epoch = shards.epoch + 1
  RETURNING shard, epoch`;

export interface OwnershipEvents {
  /** New shards are ours; they count as owned once this has resolved. */
  taken(shards: readonly number[]): Promise<void>;
  /** A round is over: what is not owned now is another process's. */
  settled(): Promise<void>;
  /** Nothing is ours any more. */
  lost(): void;
  warn(text: string, error: unknown): void;
}

/** Holds the advisory locks of this process's shards on one connection of its own, and takes every shard that is free. */
export class ShardOwnership {
  #stopping = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly owner: string,
    private readonly epochs: ShardEpochs,
    private readonly events: OwnershipEvents,
  ) {}

  /** Resolves after the first round: normally with every shard owned. */
  async start(): Promise<void> {
    await new Promise<void>((firstRound) => {
      this.#loop = this.#run(firstRound);
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #run(firstRound: () => void): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      let client: PoolClient | undefined;
      try {
        client = await this.pool.connect();
        await this.#hold(client, firstRound);
      } catch (error) {
        if (!this.#stopping.signal.aborted) this.events.warn('Ingest lost its shards and tries to get them back', error);
      } finally {
        this.epochs.loseAll();
        this.events.lost();
        // Locks end with their connection: never back into the pool.
        client?.release(true);
        firstRound();
      }
      await this.#pause();
    }
  }

  async #hold(client: PoolClient, firstRound: () => void): Promise<void> {
    const broken = new Promise<never>((_, reject) => {
      client.once('error', reject);
      client.once('end', () => reject(new Error('the connection that holds the shards ended')));
    });
    // Nobody may be waiting for it when it rejects.
    broken.catch(() => undefined);
    while (!this.#stopping.signal.aborted) {
      await Promise.race([this.#takeFree(client), broken, this.#timeOut()]);
      await this.events.settled();
      firstRound();
      await Promise.race([this.#pause(), broken]);
    }
  }

  async #takeFree(client: PoolClient): Promise<void> {
    const wanted = Array.from({ length: SHARD_COUNT }, (_, shard) => shard).filter((shard) => !this.epochs.owns(shard));
    // With nothing to take this still asks the server whether it is there.
    const locked = await client.query<{ shard: number }>(LOCK, [LOCK_CLASS, wanted]);
    if (locked.rows.length === 0) return;
    const taken = await client.query<{ shard: number; epoch: string }>(TAKE, [locked.rows.map(({ shard }) => shard), this.owner]);
    for (const { shard, epoch } of taken.rows) this.epochs.take(shard, Number(epoch));
    await this.events.taken(taken.rows.map(({ shard }) => shard));
  }

  async #timeOut(): Promise<never> {
    await after(ANSWER_MS, undefined, { ref: false, signal: this.#stopping.signal });
    throw new Error('the connection that holds the shards does not answer');
  }

  async #pause(): Promise<void> {
    // Stopping ends a pause early.
    await after(ROUND_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}
