import type { LossReason } from '@cupola/domain';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ClientBase } from 'pg';
import { CommitSteps, type Loss, type StepOutcome } from '../history/index.js';
import { LinkChanges } from './link-changes.js';
import { plainText } from './plain-text.js';
import { explain } from './session-doctor.js';
import { noteEvent, type Statements } from './timeline.js';

const INSERT = `
  INSERT INTO stream_losses (controller_id, stream_id, from_seq, to_seq, why, carries, rows, oldest, newest)
  VALUES ($1, $2, $3, $4, $5, $6, $7, to_timestamp($8::float8 / 1000), to_timestamp($9::float8 / 1000))`;
// What was found missing before the controller said what it was.
const COMPLETE = `
  UPDATE stream_losses SET why = $5, carries = $6, rows = $7, oldest = to_timestamp($8::float8 / 1000), newest = to_timestamp($9::float8 / 1000)
  WHERE id = (
    SELECT id FROM stream_losses WHERE controller_id = $1 AND stream_id = $2 AND from_seq <= $4 AND to_seq >= $3 ORDER BY id DESC LIMIT 1)`;

const HOW: Readonly<Record<LossReason, string>> = {
  store: 'its store no longer had them when it connected',
  replay: 'it no longer had them when they were asked for',
  dropped: 'it dropped them because its store was full',
};

/** Samples that will never arrive: on record with their bounds as soon as their numbers are passed over. */
@Injectable()
export class StreamLosses implements OnModuleInit {
  constructor(
    private readonly steps: CommitSteps,
    private readonly links: LinkChanges,
  ) {}

  onModuleInit(): void {
    this.steps.useLosses((client, losses) => this.record(client, losses));
  }

  private async record(client: ClientBase, losses: readonly Loss[]): Promise<StepOutcome> {
    const after: (() => void)[] = [];
    const tx: Statements = {
      query: async <R>(sql: string, params: unknown[] = []) => (await client.query(sql, params)).rows as R[],
      afterCommit: (fn) => void after.push(fn),
    };
    for (const loss of losses) await recordOne(tx, loss);
    await this.links.announce(tx, [...new Set(losses.map(({ controllerId }) => controllerId))]);
    return { committed: () => after.forEach((fn) => fn()) };
  }
}

async function recordOne(tx: Statements, { controllerId, streamId, from, to, why, said, missing }: Loss): Promise<void> {
  const stream = plainText(streamId);
  const row = (first: number, last: number) => [controllerId, streamId, first, last, why, ...details(said)];
  for (const [first, end] of missing) {
    await tx.query(INSERT, row(first, end - 1));
    const text = `Numbers ${first} to ${end - 1} of stream ${stream} were lost: ${HOW[why]}`;
    await noteEvent(tx, controllerId, 'samples_lost', explain('samples_lost', text), { why, stream, from: first, to: end - 1 });
  }
  if (missing.length === 0 && said !== undefined) await tx.query(COMPLETE, row(from, to));
}

function details(said: Loss['said']): unknown[] {
  return said === undefined ? [null, null, null, null] : [said.carries, said.rows, said.oldest, said.newest];
}
