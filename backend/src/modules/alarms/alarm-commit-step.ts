import { closeLate, newerReading, takeLate } from '@cupola/domain';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ClientBase } from 'pg';
import { type Arrived, type CommitStep, CommitSteps, LatestValues, StepConflict, type StepOutcome, type StoredReading } from '../history/index.js';
import { AlarmActs } from './alarm-acts.js';
import { AlarmCache, type Watched } from './alarm-cache.js';
import { AlarmChanges } from './alarm-changes.js';
import { isSettled, judgePoint, judgeReading, severityBefore } from './judgement.js';
import { Rejudging } from './rejudging.js';
import { type Query, StaleAlarms, writeAlarms, writeLines } from './write-changes.js';

const NOTHING: StepOutcome = { committed: () => undefined };

/** What one commit of samples means for alarms. */
interface Commit {
  readonly changes: AlarmChanges;
  /** Readings of this commit that are newer than the latest ones. */
  readonly fresh: Map<number, StoredReading>;
  /** Alarms of other lanes whose reference moved. */
  readonly elsewhere: Set<string>;
  /** Where this transaction may write. */
  readonly shards: ReadonlySet<number>;
}

/** Judges samples in the transaction that stores them. */
@Injectable()
export class AlarmCommitStep implements CommitStep, OnModuleInit {
  constructor(
    private readonly steps: CommitSteps,
    private readonly cache: AlarmCache,
    private readonly latest: LatestValues,
    private readonly acts: AlarmActs,
    private readonly rejudging: Rejudging,
  ) {}

  onModuleInit(): void {
    this.steps.use(this);
  }

  async taken(): Promise<void> {
    await this.cache.load();
    this.rejudging.soon();
  }

  async prepare(client: ClientBase, { frames, shards }: Arrived, now: number): Promise<StepOutcome> {
    const commit: Commit = { changes: new AlarmChanges(now), fresh: new Map(), elsewhere: new Set(), shards };
    for (const { rows, lane } of frames) {
      for (const [channelId, sourceTime, receivedTime, value, stored] of rows) {
        this.#sample(commit, { channelId, sourceTime, receivedTime, value, stored }, lane === 1);
      }
    }
    const { changes, elsewhere } = commit;
    if (changes.isEmpty && changes.lines.length === 0 && elsewhere.size === 0) return NOTHING;
    const head = await this.#write(client, changes);
    return {
      committed: () => {
        this.acts.settle(changes, head);
        if (elsewhere.size > 0) this.rejudging.soon(elsewhere);
      },
    };
  }

  async #write(client: ClientBase, changes: AlarmChanges): Promise<number | null> {
    const query: Query = async <R>(sql: string, params: unknown[] = []) => (await client.query(sql, params)).rows as R[];
    try {
      await writeAlarms(query, changes);
    } catch (error) {
      if (!(error instanceof StaleAlarms)) throw error;
      throw new StepConflict(() => this.cache.reload(error.ids));
    }
    return writeLines(query, changes.lines);
  }

  #sample(commit: Commit, reading: StoredReading, isBackfill: boolean): void {
    const pointId = this.latest.pointOf(reading.channelId);
    const current = commit.fresh.get(reading.channelId) ?? this.latest.ofChannel(reading.channelId);
    const isNewer = newerReading(current, reading) === reading;
    if (isNewer) commit.fresh.set(reading.channelId, reading);
    if (pointId === undefined) return;
    const isLate = isBackfill || !isNewer;
    for (const watched of this.cache.ofPoint(pointId)) {
      if (isLate) this.#late(commit, watched, reading);
      else this.#judge(commit, watched);
    }
    if (isLate) return;
    for (const watched of this.cache.ofReference(pointId)) {
      // Only what this transaction may write: another lane's alarm is judged after the commit.
      if (commit.shards.has(watched.alarm.shard)) this.#judge(commit, watched);
      else commit.elsewhere.add(watched.alarm.id);
    }
  }

  #judge({ changes, fresh }: Commit, watched: Watched): void {
    const alarm = changes.current(watched.alarm);
    const { instance, late } = alarm;
    const judgement = judgePoint(watched, (pointId) => this.#reading(fresh, pointId), severityBefore(instance), changes.now);
    if (late !== null) changes.late(alarm, closeLate(late, judgement.at));
    if (isSettled(instance, judgement, changes.now)) return;
    const { verdict, severity, at, value, lookAgainAt } = judgement;
    changes.step(watched.alarm, watched.definition, { type: 'VERDICT', verdict, severity, at }, { value });
    if (watched.definition.rules.condition === 'STALE' && verdict !== instance.condition) changes.prompts.set(alarm.id, lookAgainAt);
  }

  /** Late values never drive an alarm: what they would have raised is journaled. The reference's past is not known. */
  #late({ changes }: Commit, { alarm, definition }: Watched, { value, stored, sourceTime }: StoredReading): void {
    const { condition } = definition.rules;
    if (condition === 'STALE' || condition === 'DEV' || !definition.enabled) return;
    const { late } = changes.current(alarm);
    const judged = judgeReading(definition, { value, stored }, undefined, late === null ? 0 : severityBefore(late.instance));
    if (late === null && judged.verdict !== 'TRUE') return;
    changes.late(alarm, takeLate(late, { ...judged, at: sourceTime, value }, definition.rules));
  }

  #reading(fresh: ReadonlyMap<number, StoredReading>, pointId: string): StoredReading | undefined {
    const latest = this.latest.of(pointId);
    const channelId = this.latest.channelOf(pointId);
    return channelId === undefined ? undefined : this.cache.asShown(pointId, fresh.get(channelId) ?? latest);
  }
}
