import { setTimeout as delay } from 'node:timers/promises';
import type { SessionRef } from '@cupola/contracts';
import type { MessageBus } from '@cupola/messaging';
import type { Logger } from 'pino';
import type { SessionEnd } from '../session/session-parts.js';
import { failureOf } from './failure.js';

const ATTEMPTS = 5;
const RETRY_MS = 1_000;
/** Sessions in one request, as many as the subject takes. */
const MAX_DRAINED = 1_000;

/** Tells backend why sessions ended. Not told in the end, a session's lease lapses there all the same, only its reason is lost. */
export class SessionEnds {
  readonly #underWay = new Set<Promise<void>>();
  readonly #drained: SessionRef[] = [];
  readonly #stopping = new AbortController();

  constructor(
    private readonly bus: MessageBus,
    private readonly log: Logger,
  ) {}

  report(ref: SessionRef, end: SessionEnd): void {
    // A gateway that stops ends all of its sessions at once: they are told together, when the last is closed.
    if (end.reason === 'drained') this.#drained.push(ref);
    else this.#start(() => this.bus.request('sessions.ended', { ...ref, ...end }));
  }

  /** Resolves when everything was told, or `withinMs` later. */
  async settled(withinMs: number): Promise<void> {
    for (let from = 0; from < this.#drained.length; from += MAX_DRAINED) {
      const sessions = this.#drained.slice(from, from + MAX_DRAINED);
      this.#start(() => this.bus.request('sessions.drained', { sessions }));
    }
    await Promise.race([Promise.all(this.#underWay), delay(withinMs, undefined, { ref: false })]);
    this.#stopping.abort();
  }

  #start(tell: () => Promise<unknown>): void {
    const task = this.#tell(tell).finally(() => this.#underWay.delete(task));
    this.#underWay.add(task);
  }

  async #tell(tell: () => Promise<unknown>): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS && !this.#stopping.signal.aborted; attempt += 1) {
      try {
        await tell();
        return;
      } catch (error) {
        const failure = failureOf(error);
        if (!failure.isPassing || attempt === ATTEMPTS) {
          this.log.warn({ code: failure.code, detail: failure.detail }, 'backend was not told why a session ended');
          return;
        }
      }
      // Stopping ends the wait early; the loop then ends too.
      await delay(RETRY_MS, undefined, { signal: this.#stopping.signal, ref: false }).catch(() => undefined);
    }
  }
}
