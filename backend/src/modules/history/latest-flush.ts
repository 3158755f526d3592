import type { Pool } from 'pg';
import { setTimeout as after } from 'node:timers/promises';
import { saveMarks, saveReadings } from './latest-store.js';
import type { LatestValues } from './latest-values.js';

const PAUSE_MS = 4000;

/** Writes the current readings down every few seconds, so that a restart finds them without reading samples. */
export class LatestFlush {
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly latest: LatestValues,
    private readonly warn: (text: string, error: unknown) => void,
  ) {}

  start(): void {
    this.#loop = this.#run();
  }

  /** Writes what is left. A mark that is missing after all only makes the next start read more samples. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await this.flush();
  }

  async flush(): Promise<void> {
    const unflushed = this.latest.takeUnflushed();
    if (unflushed.readings.length === 0 && unflushed.marks.size === 0) return;
    try {
      await saveReadings(this.pool, unflushed.readings);
      if (unflushed.marks.size > 0) this.latest.giveBack({ readings: [], marks: await saveMarks(this.pool, unflushed.marks) });
    } catch (error) {
      // Nothing is lost: the samples are stored, and the next round tries again.
      this.latest.giveBack(unflushed);
      this.warn('Current values could not be written down', error);
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await after(PAUSE_MS, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.flush();
    }
  }
}
