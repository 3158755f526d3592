import type { AlarmJournalLine } from '@cupola/contracts';
import type { OperatorConsole } from './operator-console.js';

interface Page {
  items: AlarmJournalLine[];
  head: number;
}

const AT_ONCE = 1000;
const AGAIN_AFTER_MS = 250;
/** Other lines say what came late, or what a new occurrence means for the one before. */
const TRANSITIONS = new Set(['ACTIVATED', 'CLEARED', 'ACKNOWLEDGED']);

/** Reads the journal over REST while it grows: each time what comes after the last number that was seen. */
export class JournalReader {
  readonly lines: AlarmJournalLine[] = [];
  #head = 0;
  #transitions = 0;
  #isFollowing = false;
  #following: Promise<void> = Promise.resolve();

  constructor(private readonly operator: OperatorConsole) {}

  get head(): number {
    return this.#head;
  }

  get transitions(): number {
    return this.#transitions;
  }

  /** Reads on until `stop()`. */
  follow(): void {
    this.#isFollowing = true;
    this.#following = (async () => {
      while (this.#isFollowing) {
        await this.catchUp();
        await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
      }
    })();
    // Whoever stops the reader gets to know what went wrong.
    this.#following.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#isFollowing = false;
    await this.#following;
    await this.catchUp();
  }

  /** Reads what there is. */
  async catchUp(): Promise<void> {
    for (;;) {
      const { items, head } = await this.operator.get<Page>(`/alarms/journal?after=${this.lines.at(-1)?.number ?? 0}&limit=${AT_ONCE}`);
      this.lines.push(...items);
      this.#transitions += items.filter(({ fact }) => TRANSITIONS.has(fact)).length;
      this.#head = head;
      if (items.length < AT_ONCE) return;
    }
  }
}
