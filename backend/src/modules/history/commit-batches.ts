import type { IngestBatch, IngestFrame, IngestReply } from '@cupola/contracts';
import { DomainError } from '@cupola/contracts';
import { shardOf } from '@cupola/domain';
import { once } from 'node:events';
import type { ClientBase, Pool } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type CommitSteps, StepConflict, type StepOutcome } from './commit-step.js';
import type { Partitions } from './partitions.js';
import { receive } from './received-numbers.js';
import { encodeSamples, SAMPLE_COLUMNS } from './sample-encoder.js';
import type { ShardEpochs } from './shard-epochs.js';
import type { LockedStream, Streams } from './streams.js';

/** What became of each batch, in their order, and what is stored now. */
export interface Committed {
  outcomes: (IngestReply | DomainError)[];
  frames: IngestFrame[];
  /** Streams that moved, with the number up to which nothing is missing. */
  marks: Map<number, number>;
  /** What the commit step has to do now. */
  step: StepOutcome | undefined;
}

export interface CommitParts {
  pool: Pool;
  partitions: Partitions;
  streams: Streams;
  epochs: ShardEpochs;
  steps: CommitSteps;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Knowledge that is old again after this many refreshes is a defect, not a race. */
const MAX_TRIES = 5;

/**
 * Stores batches in ONE transaction: lock the streams, drop what was received before, COPY the rest, advance the streams.
 * A batch of a superseded session or with a frame that cannot be taken is refused alone; any other failure fails them all.
 * The commit step belongs to the same transaction, which is repeated when the step knew something old.
 */
export async function commitBatches(batches: readonly IngestBatch[], parts: CommitParts): Promise<Committed> {
  await parts.partitions.ensure(batches.flatMap(({ frames }) => frames));
  await parts.streams.ensure(batches);
  for (let tries = 1; ; tries += 1) {
    try {
      return await commitOnce(batches, parts);
    } catch (error) {
      if (!(error instanceof StepConflict) || tries === MAX_TRIES) throw error;
      await error.refresh();
    }
  }
}

async function commitOnce(batches: readonly IngestBatch[], parts: CommitParts): Promise<Committed> {
  const client = await parts.pool.connect();
  let failure: Error | undefined;
  try {
    const committed = await transact(client, batches, parts);
    await client.query('COMMIT');
    return committed;
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    // Closing a failed connection ends its transaction, whatever state COPY left it in.
    client.release(failure);
  }
}

async function transact(client: ClientBase, batches: readonly IngestBatch[], { streams, epochs, steps, now }: CommitParts): Promise<Committed> {
  await epochs.begin(client, batches);
  const ids = new Set<number>();
  for (const { controllerId, frames } of batches) {
    for (const { streamId } of frames) {
      const id = streams.idOf(controllerId, streamId);
      if (id !== undefined) ids.add(id);
    }
  }
  const locked = await streams.lock(client, [...ids]);
  const frames: IngestFrame[] = [];
  const outcomes = batches.map((batch) => receiveBatch(batch, locked, streams, frames));
  const moved = [...locked.values()].filter(({ changed }) => changed);
  if (moved.length > 0) {
    await copySamples(client, frames);
    await streams.advance(client, moved);
  }
  const shards = new Set(batches.map(({ controllerId }) => shardOf(controllerId)));
  const step = await steps.prepare(client, { frames, shards }, now());
  return { outcomes, frames, marks: new Map(moved.map(({ id, acked }) => [id, acked])), step };
}

/** Collects the batch's new frames. */
function receiveBatch(
  batch: IngestBatch,
  locked: ReadonlyMap<number, LockedStream>,
  streams: Streams,
  accepted: IngestFrame[],
): IngestReply | DomainError {
  const acked: Record<string, number> = {};
  let isFull = false;
  for (const frame of batch.frames) {
    const stream = locked.get(streams.idOf(batch.controllerId, frame.streamId) ?? -1);
    if (!stream) streams.forget(batch.controllerId, frame.streamId);
    if (stream?.epoch !== batch.epoch) return new DomainError('STALE_SESSION', 'another session of this controller took over');
    if (!stream.isActive) return new DomainError('CONTROLLER_NOT_ACTIVE', 'samples are taken from confirmed controllers only');
    const receipt = receive(stream, frame.seq);
    if (receipt === 'new') {
      stream.changed = true;
      accepted.push(frame);
    }
    isFull ||= receipt === 'full';
    acked[frame.streamId] = stream.acked;
  }
  if (isFull) return new DomainError('OVERLOADED', 'too many frames are missing in this stream: send those first');
  return { acked };
}

async function copySamples(client: ClientBase, frames: readonly IngestFrame[]): Promise<void> {
  if (frames.every(({ rows }) => rows.length === 0)) return;
  const copy = client.query(copyFrom(`COPY samples (${SAMPLE_COLUMNS}) FROM STDIN BINARY`));
  copy.end(encodeSamples(frames));
  await once(copy, 'finish');
}
