import type { IngestBatch, IngestReply } from '@cupola/contracts';
import { DomainError } from '@cupola/contracts';
import { setTimeout as after } from 'node:timers/promises';
import type { Committed } from './commit-batches.js';

/** How long the first batch of a transaction waits for company. */
export const FLUSH_WINDOW_MS = 4;
/** Rows in one transaction: enough to make its fixed cost small, few enough to commit in a fraction of a second. */
const MAX_ROWS = 20_000;
/** What waits is committed within this time at the pace of late. More is refused and stays in the controllers: their gateway gives up after five seconds. */
const PATIENCE_MS = 2_500;
/** Whatever the pace, so much may wait. */
const MIN_WAITING_ROWS = 2 * MAX_ROWS;
const MAX_WAITING_ROWS = 500_000;
const EVENTS: Urgency = 0;
const LIVE: Urgency = 1;
const BACKFILL: Urgency = 2;
/** How much of what may wait each of them may fill: events are always taken (credits bound them), backfill leaves room. */
const SHARE: Readonly<Record<Urgency, number>> = { 0: Number.POSITIVE_INFINITY, 1: 1, 2: 0.5 };
/** A controller whose batch failed alone is kept apart from the others for this long. */
const APART_MS = 30_000;

export interface LaneWork {
  /** Stores batches in one transaction, or fails as a whole. */
  commit(batches: readonly IngestBatch[]): Promise<Committed>;
  /** Called after each commit, before the replies. */
  committed(result: Committed): void;
  /** Whether a failure is the database's, so that trying batches one by one is pointless. */
  isUnavailable(error: unknown): boolean;
  now(): number;
  warn(text: string, error: unknown): void;
}

/** What goes into a transaction first. */
type Urgency = 0 | 1 | 2;

interface Waiting {
  batch: IngestBatch;
  urgency: Urgency;
  rows: number;
  resolve(reply: IngestReply): void;
  reject(error: unknown): void;
}

/**
 * Gathers concurrent batches into one transaction at a time: while one commits, the next gathers.
 * A batch that poisons its transaction is found by committing controller by controller.
 */
export class IngestLane {
  #queue: Waiting[] = [];
  #works: (() => Promise<void>)[] = [];
  #waitingRows = 0;
  #mayWait = MAX_WAITING_ROWS;
  #running: Promise<void> | undefined;
  readonly #apart = new Map<string, number>();

  constructor(private readonly work: LaneWork) {}

  /** Resolves when the batch is committed. */
  take(batch: IngestBatch): Promise<IngestReply> {
    const rows = batch.frames.reduce((sum, frame) => sum + frame.rows.length, 0);
    const urgency = urgencyOf(batch);
    if (this.#waitingRows > 0 && this.#waitingRows + rows > this.#mayWait * SHARE[urgency]) {
      return Promise.reject(new DomainError('OVERLOADED', 'the database does not keep up: try again later', { retryAfter: 1 }));
    }
    this.#waitingRows += rows;
    return new Promise((resolve, reject) => {
      this.#queue.push({ batch, urgency, rows, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Runs work between two transactions of this lane. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#works.push(() => work().then(resolve, reject));
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing waits and nothing is being committed. */
  async drain(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    await after(FLUSH_WINDOW_MS);
    while (this.#queue.length > 0 || this.#works.length > 0) {
      for (const work of this.#works.splice(0)) await work();
      if (this.#queue.length > 0) await this.#flushNext();
    }
    this.#running = undefined;
  }

  async #flushNext(): Promise<void> {
    const gathered = this.#gather();
    const began = performance.now();
    await this.#flush(gathered);
    this.#notePace(
      gathered.reduce((sum, { rows }) => sum + rows, 0),
      performance.now() - began,
    );
  }

  /** Small transactions say nothing about the pace of large ones. */
  #notePace(rows: number, ms: number): void {
    if (rows < MAX_ROWS / 2) return;
    const atThisPace = (rows / ms) * PATIENCE_MS;
    this.#mayWait = Math.min(MAX_WAITING_ROWS, Math.max(MIN_WAITING_ROWS, (this.#mayWait + atThisPace) / 2));
  }

  #gather(): Waiting[] {
    let rows = 0;
    let count = 0;
    if (this.#queue.some(({ urgency }) => urgency !== LIVE)) this.#queue.sort((a, b) => a.urgency - b.urgency);
    for (const waiting of this.#queue) {
      if (count > 0 && rows + waiting.rows > MAX_ROWS) break;
      rows += waiting.rows;
      count += 1;
    }
    this.#waitingRows -= rows;
    return this.#queue.splice(0, count);
  }

  async #flush(gathered: Waiting[]): Promise<void> {
    const together = gathered.filter(({ batch }) => !this.#isApart(batch.controllerId));
    const apart = together.length === gathered.length ? [] : gathered.filter(({ batch }) => this.#isApart(batch.controllerId));
    if (together.length > 0 && !(await this.#commit(together))) apart.push(...together);
    for (const group of byController(apart)) await this.#commit(group);
  }

  #isApart(controllerId: string): boolean {
    const until = this.#apart.get(controllerId);
    if (until === undefined) return false;
    if (until > this.work.now()) return true;
    this.#apart.delete(controllerId);
    return false;
  }

  /** False: some batch among several controllers' made the transaction fail. */
  async #commit(group: readonly Waiting[]): Promise<boolean> {
    try {
      const result = await this.work.commit(group.map(({ batch }) => batch));
      this.work.committed(result);
      group.forEach(({ resolve, reject }, index) => {
        const outcome = result.outcomes[index];
        if (outcome instanceof DomainError) reject(outcome);
        else resolve(outcome ?? { acked: {} });
      });
      return true;
    } catch (error) {
      if (!this.work.isUnavailable(error)) return this.#blame(group, error);
      const refusal = new DomainError('DATABASE_UNAVAILABLE', 'the database cannot be reached: try again later', { retryAfter: 1 });
      for (const { reject } of group) reject(refusal);
      return true;
    }
  }

  #blame(group: readonly Waiting[], error: unknown): boolean {
    const controllerId = group[0]?.batch.controllerId ?? '';
    if (group.some(({ batch }) => batch.controllerId !== controllerId)) {
      this.work.warn('A transaction of several controllers failed; committing them one by one', error);
      return false;
    }
    this.work.warn(`Samples of controller ${controllerId} cannot be stored`, error);
    this.#apart.set(controllerId, this.work.now() + APART_MS);
    for (const { reject } of group) reject(new DomainError('INTERNAL', 'these samples cannot be stored'));
    return true;
  }
}

function urgencyOf({ isUrgent, frames }: IngestBatch): Urgency {
  if (isUrgent === true) return EVENTS;
  return frames.every(({ lane }) => lane === 1) ? BACKFILL : LIVE;
}

function byController(waiting: readonly Waiting[]): Waiting[][] {
  const groups = new Map<string, Waiting[]>();
  for (const each of waiting) groups.set(each.batch.controllerId, [...(groups.get(each.batch.controllerId) ?? []), each]);
  return [...groups.values()];
}
