import type { IngestBatch, IngestFrame, IngestReply } from '@cupola/contracts';
import { DomainError } from '@cupola/contracts';
import { shardOf } from '@cupola/domain';
import { once } from 'node:events';
import type { ClientBase, Pool } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type CommitSteps, type Loss, StepConflict, type StepOutcome } from './commit-step.js';
import type { Partitions } from './partitions.js';
import { passOver, receive } from './received-numbers.js';
import { encodeSamples, SAMPLE_COLUMNS } from './sample-encoder.js';
import type { ShardEpochs } from './shard-epochs.js';
import { type LockedStream, type Streams, streamsIn } from './streams.js';

/** What became of each batch, in their order, and what is stored now. */
export interface Committed {
  outcomes: (IngestReply | DomainError)[];
  frames: IngestFrame[];
  /** Streams that moved, with the number up to which nothing is missing. */
  marks: Map<number, number>;
  /** What the commit steps have to do now. */
  steps: StepOutcome[];
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
  for (const batch of batches) {
    for (const streamId of streamsIn(batch)) {
      const id = streams.idOf(batch.controllerId, streamId);
      if (id !== undefined) ids.add(id);
    }
  }
  const locked = await streams.lock(client, [...ids]);
  const frames: IngestFrame[] = [];
  const losses: Loss[] = [];
  const outcomes = batches.map((batch) => receiveBatch(batch, locked, streams, { frames, losses }));
  const moved = [...locked.values()].filter(({ changed }) => changed);
  if (moved.length > 0) {
    await copySamples(client, frames);
    await streams.advance(client, moved);
  }
  const shards = new Set(batches.map(({ controllerId }) => shardOf(controllerId)));
  const outcome = [await steps.recordLosses(client, losses), await steps.prepare(client, { frames, shards }, now())];
  const marks = new Map(moved.map(({ id, acked }) => [id, acked]));
  return { outcomes, frames, marks, steps: outcome.filter((step) => step !== undefined) };
}

/** Collects the batch's new frames and losses. */
function receiveBatch(
  batch: IngestBatch,
  locked: ReadonlyMap<number, LockedStream>,
  streams: Streams,
  accepted: { frames: IngestFrame[]; losses: Loss[] },
): IngestReply | DomainError {
  const acked: Record<string, number> = {};
  let isFull = false;
  const streamOf = (streamId: string): LockedStream | DomainError => {
    const stream = locked.get(streams.idOf(batch.controllerId, streamId) ?? -1);
    if (!stream) streams.forget(batch.controllerId, streamId);
    if (stream?.epoch !== batch.epoch) return new DomainError('STALE_SESSION', 'another session of this controller took over');
    return stream.isActive ? stream : new DomainError('CONTROLLER_NOT_ACTIVE', 'samples are taken from confirmed controllers only');
  };
  for (const frame of batch.frames) {
    const stream = streamOf(frame.streamId);
    if (stream instanceof DomainError) return stream;
    const receipt = receive(stream, frame.seq);
    if (receipt === 'new') {
      stream.changed = true;
      accepted.frames.push(frame);
    }
    isFull ||= receipt === 'full';
    acked[frame.streamId] = stream.acked;
  }
  for (const loss of batch.losses ?? []) {
    const stream = streamOf(loss.streamId);
    if (stream instanceof DomainError) return stream;
    const missing = passOver(stream, loss.from, loss.to);
    isFull ||= missing === null;
    if (missing !== null) accepted.losses.push({ ...loss, controllerId: batch.controllerId, missing });
    stream.changed ||= missing !== null && missing.length > 0;
    acked[loss.streamId] = stream.acked;
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
