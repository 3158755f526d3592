import { Injectable } from '@nestjs/common';
import { Clock } from '../../clock.js';
import { Database } from '../../database/database.js';
import { Repeating } from '../devices/index.js';
import { HistoryWriter } from '../history/index.js';
import { AlarmActs, type AlarmWork } from './alarm-acts.js';
import { AlarmCache } from './alarm-cache.js';
import { Rejudging } from './rejudging.js';

const EVERY_MS = 250;
const AT_ONCE = 500;
/** A claimed prompt comes back after this long if the process that took it dies. */
const CLAIM_MS = 10_000;
const CLAIM = `
  UPDATE timers t SET due_at = to_timestamp($2::float8 / 1000) FROM (
    SELECT t.id, a.shard FROM timers t JOIN alarms a ON a.id = t.subject
    WHERE t.kind IN ('alarm', 'alarm-stale') AND t.due_at <= to_timestamp($1::float8 / 1000) AND a.shard = ANY ($3::smallint[])
    ORDER BY t.due_at LIMIT $4 FOR UPDATE OF t SKIP LOCKED
  ) AS due WHERE t.id = due.id RETURNING t.kind, t.subject, due.shard`;

interface Prompt {
  kind: 'alarm' | 'alarm-stale';
  subject: string;
  shard: number;
}

/** Prompts alarms whose time has come. The times stand in the alarms: a prompt that comes late, twice or never changes nothing. */
@Injectable()
export class AlarmTimers {
  readonly #rounds = new Repeating('Alarm timers', EVERY_MS, () => this.#round());

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly writer: HistoryWriter,
    private readonly cache: AlarmCache,
    private readonly acts: AlarmActs,
    private readonly rejudging: Rejudging,
  ) {}

  start(): void {
    this.#rounds.start();
  }

  async stop(): Promise<void> {
    await this.#rounds.stop();
  }

  async #round(): Promise<void> {
    const now = this.clock.now();
    const due = await this.database.query<Prompt>(CLAIM, [now, now + CLAIM_MS, [...this.writer.owned], AT_ONCE]);
    for (const [shard, prompts] of Map.groupBy(due, (prompt) => prompt.shard)) {
      await this.acts.run([shard], (work) => this.#prompt(work, prompts));
    }
  }

  async #prompt(work: AlarmWork, prompts: readonly Prompt[]): Promise<void> {
    const kinds = Map.groupBy(prompts, ({ subject }) => subject);
    for (const alarm of await work.lock([...kinds.keys()])) {
      const watched = this.cache.get(alarm.id);
      if (!watched) continue;
      for (const { kind } of kinds.get(alarm.id) ?? []) {
        if (kind === 'alarm-stale') this.rejudging.step(work, { ...watched, alarm: work.changes.current(alarm) });
        else {
          // What is raised after its delay is raised with the value that it has now.
          const { value } = this.rejudging.judge({ ...watched, alarm });
          work.changes.step(alarm, watched.definition, { type: 'TOUCH' }, { text: this.cache.whyOf(watched), ...(value === null ? {} : { value }) });
          work.changes.prompted.set(alarm.id, alarm);
        }
      }
    }
  }
}
