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
    private readonly roundMs = ROUND_MS,
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
      await this.#pause(this.#stopping.signal);
    }
  }

  async #hold(client: PoolClient, firstRound: () => void): Promise<void> {
    // A signal, and no promise to race against: whatever waits for a promise that outlives the rounds is kept as long as that promise is.
    const broken = new AbortController();
    client.once('error', (error) => broken.abort(error));
    client.once('end', () => broken.abort(new Error('the connection that holds the shards ended')));
    const over = AbortSignal.any([this.#stopping.signal, broken.signal]);
    while (!over.aborted) {
      await inTime(this.#takeFree(client), over);
      await this.events.settled();
      firstRound();
      await this.#pause(over);
    }
    broken.signal.throwIfAborted();
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

  async #pause(signal: AbortSignal): Promise<void> {
    // What ends the hold, or all of it, ends a pause early.
    await after(this.roundMs, undefined, { signal }).catch(() => undefined);
  }
}

/** @throws when the connection has not answered in time, or when its hold is over before that */
function inTime(answer: Promise<void>, over: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const isOver = (): void => reject(over.reason as Error);
    const timer = setTimeout(() => reject(new Error('the connection that holds the shards does not answer')), ANSWER_MS);
    over.addEventListener('abort', isOver);
    const settle = (): void => {
      clearTimeout(timer);
      over.removeEventListener('abort', isOver);
    };
    answer.finally(settle).then(resolve, reject);
  });
}
