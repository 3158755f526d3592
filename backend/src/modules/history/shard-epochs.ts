import type { IngestBatch } from '@cupola/contracts';
import { DomainError } from '@cupola/contracts';
import { shardOf } from '@cupola/domain';
import type { ClientBase } from 'pg';

export interface HeldShard {
  shard: number;
  epoch: string;
}

/** The shards that this process owns, each with the epoch it got when it took the shard. */
export class ShardEpochs {
  readonly #epochs = new Map<number, number>();

  get owned(): number[] {
    return [...this.#epochs.keys()];
  }

  owns(shard: number): boolean {
    return this.#epochs.has(shard);
  }

  take(shard: number, epoch: number): void {
    this.#epochs.set(shard, epoch);
  }

  loseAll(): void {
    this.#epochs.clear();
  }

  /**
   * Begins a transaction and holds the shards' rows: whoever wants to take one over waits until it ends,
   * and one that was taken over before fails it.
   * @throws DomainError DATABASE_UNAVAILABLE where a shard is no longer ours: its new owner will answer.
   */
  async begin(client: ClientBase, batches: readonly IngestBatch[]): Promise<void> {
    const shards = [...new Set(batches.map(({ controllerId }) => shardOf(controllerId)))];
    // Numbers only, so the text is safe, and BEGIN costs no trip of its own.
    const results: unknown = await client.query(`BEGIN; ${held(shards)}`);
    this.#check(shards, (results as { rows: HeldShard[] }[])[1]?.rows ?? []);
  }

  /** The same inside a transaction that has begun. @throws DomainError DATABASE_UNAVAILABLE */
  async hold(query: (sql: string) => Promise<HeldShard[]>, shards: readonly number[]): Promise<void> {
    this.#check(shards, await query(held(shards)));
  }

  #check(shards: readonly number[], rows: readonly HeldShard[]): void {
    const stored = new Map(rows.map(({ shard, epoch }) => [shard, Number(epoch)]));
    for (const shard of shards) {
      const epoch = this.#epochs.get(shard);
      if (epoch === undefined || stored.get(shard) !== epoch) {
        throw new DomainError('DATABASE_UNAVAILABLE', 'these controllers are being handed to another process: try again');
      }
    }
  }
}

function held(shards: readonly number[]): string {
  return `SELECT shard, epoch FROM shards WHERE shard IN (${shards.join()}) ORDER BY shard FOR SHARE`;
}
