import type { MessageBus } from '@cupola/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { BUS } from '../../bus.js';
import { Clock } from '../../clock.js';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { HistoryWriter } from '../history/index.js';
import { AlarmCache } from './alarm-cache.js';
import { AlarmChanges } from './alarm-changes.js';
import { LOCK_ALARMS, type AlarmRow, type StoredAlarm, storedFrom } from './stored-alarm.js';
import { writeAlarms, writeLines } from './write-changes.js';

/** One transaction on alarms. */
export interface AlarmWork {
  readonly tx: Transaction;
  readonly changes: AlarmChanges;
  /** Locks alarms until the end; those that do not exist any more are not in the answer. */
  lock(ids: readonly string[]): Promise<StoredAlarm[]>;
}

/**
 * Whatever happens to alarms besides samples. It takes turns with the samples of the same shards where those are stored by this
 * process; elsewhere the rows' versions tell the writer of the samples that it knows something old.
 */
@Injectable()
export class AlarmActs {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writer: HistoryWriter,
    private readonly cache: AlarmCache,
    private readonly clock: Clock,
    @Inject(BUS) private readonly bus: MessageBus,
  ) {}

  owns(shard: number): boolean {
    return this.writer.owned.includes(shard);
  }

  /** What `work` does is committed as a whole or not at all. */
  run<T>(shards: readonly number[], work: (session: AlarmWork) => Promise<T>): Promise<T> {
    const areOurs = shards.every((shard) => this.owns(shard));
    const transact = (): Promise<T> =>
      this.unitOfWork.run(async (tx) => {
        if (areOurs && shards.length > 0) await this.writer.hold(tx, shards);
        return this.#work(tx, work);
      });
    return areOurs ? this.writer.exclusively(shards, transact) : transact();
  }

  /** After the commit: what is known and what everybody is told. */
  settle(changes: AlarmChanges, head: number | null): void {
    for (const { after } of changes.changed) this.cache.put(after);
    for (const id of changes.removed) this.cache.forget(id);
    if (head === null) return;
    this.bus.publish('live.alarms', { head, alarmIds: [...new Set(changes.lines.map(({ alarm }) => alarm.id))] });
  }

  async #work<T>(tx: Transaction, work: (session: AlarmWork) => Promise<T>): Promise<T> {
    const changes = new AlarmChanges(this.clock.now());
    const lock = async (ids: readonly string[]): Promise<StoredAlarm[]> => (await tx.query<AlarmRow>(LOCK_ALARMS, [ids])).map(storedFrom);
    const result = await work({ tx, changes, lock });
    await writeAlarms(tx.query, changes);
    let head: number | null = null;
    // After the audit trail's part: the head of the journal is the last lock that everybody takes.
    tx.beforeCommit(async () => {
      head = await writeLines(tx.query, changes.lines);
    });
    tx.afterCommit(() => this.settle(changes, head));
    return result;
  }
}
