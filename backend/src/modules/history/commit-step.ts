import type { IngestFrame, LostRange } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import type { ClientBase } from 'pg';

/** What follows from a step once its transaction is committed. */
export interface StepOutcome {
  committed(): void;
}

/** Thrown by a step whose knowledge turned out to be old: the transaction is repeated after `refresh`. */
export class StepConflict extends Error {
  constructor(readonly refresh: () => Promise<void>) {
    super('a commit step worked with old knowledge');
  }
}

/** What one transaction stores: frames that LatestValues does not know yet, of controllers of these shards. */
export interface Arrived {
  readonly frames: readonly IngestFrame[];
  readonly shards: ReadonlySet<number>;
}

/** Work that belongs to storing samples: it is committed with them or not at all. */
export interface CommitStep {
  /** These shards are ours from now on: whatever is known of them may be old. */
  taken(shards: readonly number[]): Promise<void>;
  /** Runs as the last part of the transaction. @throws StepConflict */
  prepare(client: ClientBase, arrived: Arrived, now: number): Promise<StepOutcome>;
}

/** A loss as a controller reported it or the gateway found it, and which of its numbers were missing until now. */
export interface Loss extends LostRange {
  readonly controllerId: string;
  readonly missing: readonly (readonly [from: number, to: number])[];
}

/** Writes losses down in the transaction that passes over their numbers. */
export type RecordLosses = (client: ClientBase, losses: readonly Loss[]) => Promise<StepOutcome>;

/** Where another module puts its step; without one, samples are only stored. */
@Injectable()
export class CommitSteps {
  #step: CommitStep | undefined;
  #recordLosses: RecordLosses | undefined;

  useLosses(record: RecordLosses): void {
    this.#recordLosses = record;
  }

  async recordLosses(client: ClientBase, losses: readonly Loss[]): Promise<StepOutcome | undefined> {
    return losses.length === 0 ? undefined : this.#recordLosses?.(client, losses);
  }

  use(step: CommitStep): void {
    this.#step = step;
  }

  async taken(shards: readonly number[]): Promise<void> {
    await this.#step?.taken(shards);
  }

  async prepare(client: ClientBase, arrived: Arrived, now: number): Promise<StepOutcome | undefined> {
    return arrived.frames.length === 0 ? undefined : this.#step?.prepare(client, arrived, now);
  }
}
