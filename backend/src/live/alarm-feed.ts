import type { Alarm } from '@cupola/contracts';
import type { LocatedLine } from '../modules/alarms/index.js';
import type { Feed, Subscription } from './subscription.js';

/** Lines of the journal without a gap: those after `from` up to and with `to`, and their alarms as they are now. */
export interface JournalPart {
  from: number;
  to: number;
  lines: readonly LocatedLine[];
  alarms: ReadonlyMap<string, Alarm>;
}

export interface AlarmJournal {
  /** The number of the last line. */
  head(): Promise<number>;
  /** The next lines after a number, some hundred at most. */
  after(number: number): Promise<JournalPart>;
  snapshot(subscription: Subscription): Promise<{ seq: number; items: Alarm[] }>;
  mayRead(subscription: Subscription, line: LocatedLine): boolean;
}

/** A reader that is behind by more lines has to start again from a snapshot. */
export const MAX_MISSED_LINES = 5000;
const TOO_MUCH = 'too much happened meanwhile';

/**
 * The alarms for one reader, numbered as the journal is. What a slow reader misses is not kept for it: it stands in the
 * journal, and is read from there once the reader has caught up.
 */
export class AlarmFeed implements Feed {
  /** Every line up to here was sent, or is not this reader's to see. */
  #position = 0;
  #isBehind = false;
  #isReading = true;
  #isOpen = true;

  constructor(
    private readonly subscription: Subscription,
    private readonly journal: AlarmJournal,
    private readonly release: () => void,
    private readonly warn: (error: unknown) => void,
  ) {}

  /** From a snapshot, or from the number that the reader has seen. */
  async start(since: number | undefined): Promise<void> {
    if (since === undefined) {
      const { seq, items } = await this.journal.snapshot(this.subscription);
      this.#position = seq;
      this.subscription.snapshot({ alarms: items, lines: [] }, seq);
    } else {
      const missed = (await this.journal.head()) - since;
      // A number that does not exist yet is from another database.
      if (missed < 0 || missed > MAX_MISSED_LINES) return this.subscription.end(missed < 0 ? 'this number is not known here' : TOO_MUCH);
      this.#position = since;
      this.subscription.resume(since);
    }
    this.#isReading = false;
    this.#isBehind = true;
    this.idle();
  }

  offer(part: JournalPart): void {
    if (this.#isReading || this.#isBehind || this.subscription.isBusy || part.from > this.#position) {
      this.#isBehind = true;
      return this.idle();
    }
    this.#send(part);
  }

  idle(): void {
    if (this.#isBehind && !this.#isReading && !this.subscription.isBusy && this.#isOpen) void this.#catchUp();
  }

  close(): void {
    this.#isOpen = false;
    this.release();
  }

  async #catchUp(): Promise<void> {
    this.#isReading = true;
    try {
      while (this.#isOpen && !this.subscription.isBusy) {
        this.#isBehind = false;
        if ((await this.journal.head()) - this.#position > MAX_MISSED_LINES) return this.subscription.end(TOO_MUCH);
        const part = await this.journal.after(this.#position);
        this.#send(part);
        // Whoever offered a part meanwhile has marked this feed as behind.
        if (part.lines.length === 0 && !this.#isBehind) return;
        this.#isBehind = true;
      }
    } catch (error) {
      // The database is away: the next part, or the next second, tries again.
      this.#isBehind = true;
      this.warn(error);
    } finally {
      this.#isReading = false;
    }
  }

  #send({ to, lines, alarms }: JournalPart): void {
    const news = lines.filter((each) => each.line.number > this.#position && this.journal.mayRead(this.subscription, each)).map(({ line }) => line);
    this.#position = Math.max(this.#position, to);
    if (news.length === 0) return;
    // In the order of the last change of each.
    const ids = new Set(news.map(({ alarmId }) => alarmId).reverse());
    const changed = [...ids].reverse();
    const gone = changed.filter((id) => !alarms.has(id));
    this.subscription.delta(
      { alarms: changed.flatMap((id) => alarms.get(id) ?? []), lines: news, ...(gone.length > 0 ? { gone } : {}) },
      this.#position,
    );
  }
}
