import { setTimeout as delay } from 'node:timers/promises';
import type { SessionRef } from '@cupola/contracts';
import type { MessageBus } from '@cupola/messaging';
import type { Logger } from 'pino';
import type { SessionEnd } from '../session/device-session.js';
import { failureOf } from './failure.js';

const ATTEMPTS = 5;
const RETRY_MS = 1_000;

/** Tells backend why sessions ended. Not told in the end, a session's lease lapses there all the same, only its reason is lost. */
export class SessionEnds {
  readonly #underWay = new Set<Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(
    private readonly bus: MessageBus,
    private readonly log: Logger,
  ) {}

  report(ref: SessionRef, end: SessionEnd): void {
    const task = this.#tell(ref, end).finally(() => this.#underWay.delete(task));
    this.#underWay.add(task);
  }

  /** Resolves when everything was told, or `withinMs` later. */
  async settled(withinMs: number): Promise<void> {
    await Promise.race([Promise.all(this.#underWay), delay(withinMs, undefined, { ref: false })]);
    this.#stopping.abort();
  }

  async #tell(ref: SessionRef, end: SessionEnd): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS && !this.#stopping.signal.aborted; attempt += 1) {
      try {
        await this.bus.request('sessions.ended', { ...ref, ...end });
        return;
      } catch (error) {
        const failure = failureOf(error);
        if (!failure.isPassing || attempt === ATTEMPTS) {
          this.log.warn({ ...ref, code: failure.code, detail: failure.detail }, 'backend was not told why a session ended');
          return;
        }
      }
      // Stopping ends the wait early; the loop then ends too.
      await delay(RETRY_MS, undefined, { signal: this.#stopping.signal, ref: false }).catch(() => undefined);
    }
  }
}
