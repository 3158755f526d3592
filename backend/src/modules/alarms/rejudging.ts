import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../clock.js';
import { isDatabaseUnavailable } from '../../database/database-unavailable.js';
import { LatestValues } from '../history/index.js';
import { AlarmActs, type AlarmWork } from './alarm-acts.js';
import { AlarmCache, type Watched } from './alarm-cache.js';
import { isSettled, type Judgement, judgePoint, severityBefore, unknownAt } from './judgement.js';

/** Alarms in one transaction: few enough for samples not to wait long. */
const AT_ONCE = 200;
/** After a failure everything is judged again, this much later. */
const AGAIN_MS = 1000;

/** Judges alarms of points by what is known now: after definitions, bindings, links or references changed, and after a start. */
@Injectable()
export class Rejudging implements BeforeApplicationShutdown {
  readonly #logger = new Logger('Alarms');
  #wanted: Set<string> | 'all' = new Set();
  #running: Promise<void> | undefined;
  #again: NodeJS.Timeout | undefined;
  #isStopping = false;

  constructor(
    private readonly cache: AlarmCache,
    private readonly latest: LatestValues,
    private readonly acts: AlarmActs,
    private readonly clock: Clock,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#again);
    await this.#running;
  }

  /** These alarms, or all of them. */
  soon(ids?: Iterable<string>): void {
    void this.now(ids);
  }

  /** Resolves when they are judged, or the attempt failed and will be repeated. */
  async now(ids?: Iterable<string>): Promise<void> {
    if (ids === undefined || this.#wanted === 'all') this.#wanted = 'all';
    else for (const id of ids) this.#wanted.add(id);
    await this.#running;
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
    await this.#running;
  }

  /** What the alarm's source shows now; a controller that is not connected shows nothing. */
  judge(watched: Watched): Judgement {
    const { alarm, definition, source } = watched;
    const now = this.clock.now();
    const isOffline = source.servingControllerId !== null && this.cache.offline.has(source.servingControllerId);
    const sourceTime = this.latest.of(alarm.pointId ?? '')?.sourceTime ?? now;
    // An old value is no news: it was judged when it came.
    const isOld = definition.limit !== null && now - sourceTime > (source.staleAfterMs ?? Infinity);
    if (isOffline || isOld) return unknownAt(now, alarm.instance.severity);
    return judgePoint(watched, (pointId) => this.cache.asShown(pointId, this.latest.of(pointId)), severityBefore(alarm.instance), now);
  }

  /** Judges one alarm inside a transaction that has locked it. */
  step({ changes }: AlarmWork, watched: Watched): void {
    const { verdict, severity, at, value, lookAgainAt } = this.judge(watched);
    changes.step(watched.alarm, watched.definition, { type: 'VERDICT', verdict, severity, at }, { value });
    if (watched.definition.rules.condition === 'STALE') changes.prompts.set(watched.alarm.id, lookAgainAt);
  }

  async #run(): Promise<void> {
    const wanted = this.#wanted;
    this.#wanted = new Set();
    try {
      const watched = wanted === 'all' ? this.cache.all() : [...wanted].flatMap((id) => this.cache.get(id) ?? []);
      for (const [shard, ids] of this.#unsettled(watched)) {
        for (let start = 0; start < ids.length && !this.#isStopping; start += AT_ONCE) {
          await this.acts.run([shard], (work) => this.#judgeAgain(work, ids.slice(start, start + AT_ONCE)));
        }
      }
    } catch (error) {
      if (!isDatabaseUnavailable(error)) this.#logger.error('Alarms could not be judged again', error);
      if (!this.#isStopping) this.#again = setTimeout(() => this.soon(), AGAIN_MS);
    }
  }

  async #judgeAgain(work: AlarmWork, ids: readonly string[]): Promise<void> {
    for (const alarm of await work.lock(ids)) {
      const watched = this.cache.get(alarm.id);
      if (watched) this.step(work, { ...watched, alarm });
    }
  }

  #unsettled(all: readonly Watched[]): Map<number, string[]> {
    const byShard = new Map<number, string[]>();
    for (const watched of all) {
      const { alarm } = watched;
      if (alarm.pointId === null || !this.acts.owns(alarm.shard)) continue;
      if (isSettled(alarm.instance, this.judge(watched), this.clock.now())) continue;
      byShard.set(alarm.shard, [...(byShard.get(alarm.shard) ?? []), alarm.id]);
    }
    return byShard;
  }
}
