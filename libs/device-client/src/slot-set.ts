import { slotSet, slotSetAnnounced } from '@cupola/contracts';
import { z } from 'zod';
import type { ArrayHost, IntendedPoint } from './array-host.js';
import { elapsedSince, instantOf, type DeviceClock } from './clock.js';
import { DocumentRefusal, type Documents } from './documents.js';
import type { HostMemory } from './host-memory.js';

/** A document that cannot be had holds commands back for so many questions; whoever sends one after that is told why it is not carried out. */
const HOLDING_QUESTIONS = 3;
const AGAIN_MS = 1_000;
const LONGEST_HOLDING_PAUSE_MS = 10_000;
const MUCH_LATER_MS = 30_000;
const answered = z.union([slotSet, slotSetAnnounced]);

/** Neither of them rejects while the session lasts. */
export interface CatchingUp {
  /** The set was taken, or could not be had soon: commands need not wait any more. */
  readonly tried: Promise<void>;
  /** The set was taken. Rejects when the session is over. */
  readonly taken: Promise<void>;
}

/**
 * After a restart that the arrays did not survive the server says what it intends in the slots. Everything is there before anything
 * is taken, and ages from the moment at which it was asked for: what is over by the time it is taken is not taken, nothing lasts longer
 * than the server meant it to. Commands wait meanwhile, so that none of them is undone by what was intended before it.
 *
 * A set that cannot be had is asked for as long as the session lasts. Until it is there nobody is told what is in the slots: an override
 * that is merely not back yet would look as if somebody had released it.
 */
export class SlotSet {
  constructor(
    private readonly clock: DeviceClock,
    private readonly host: ArrayHost,
    private readonly memory: HostMemory,
    private readonly documents: Documents,
    private readonly onProblem: (error: Error) => void,
  ) {}

  /**
   * Asks for the set and takes it, if the server may intend something that this host does not know; null when there is nothing to do.
   * `pull` asks for it and rejects when the session is over.
   */
  catchUp(desiredRev: number, pull: () => Promise<unknown>): CatchingUp | null {
    this.host.isBehind = false;
    if (desiredRev > this.memory.rev) return this.#synchronise(pull);
    if (this.memory.uncertain.length === 0) return null;
    const taken = this.#giveUpUncertain();
    return { tried: taken, taken };
  }

  #synchronise(pull: () => Promise<unknown>): CatchingUp {
    const { promise: isTaking, resolve: giveWay } = Promise.withResolvers<void>();
    const taken = this.#askUntilTaken(pull, () => {
      this.host.isBehind = true;
      giveWay();
    });
    return { tried: Promise.race([isTaking, taken.catch(() => undefined)]), taken };
  }

  /** What could not be had is asked for anew: the server writes another set, which is as old as that question at most. */
  async #askUntilTaken(pull: () => Promise<unknown>, giveWay: () => void): Promise<void> {
    const session = this.documents.session;
    for (let question = 1; ; question += 1) {
      try {
        const { rev, points } = await this.#read(pull);
        await this.host.adopt(rev, points);
        break;
      } catch (error) {
        // The next session may bring what this one did not.
        if (session.aborted) throw error;
        this.#report(error);
        if (question === HOLDING_QUESTIONS || !(error instanceof DocumentRefusal)) giveWay();
        await this.documents.pause(pauseAfter(question, error), session);
      }
    }
    this.host.isBehind = false;
    if (this.memory.uncertain.length > 0) await this.#giveUpUncertain();
  }

  /** They are over, whether or not that can be kept. */
  #giveUpUncertain(): Promise<void> {
    return this.host.giveUpUncertain().catch((error: unknown) => this.#report(error));
  }

  #report(error: unknown): void {
    this.onProblem(error instanceof Error ? error : new Error(String(error)));
  }

  async #read(pull: () => Promise<unknown>): Promise<{ rev: number; points: IntendedPoint[] }> {
    const askedAt = instantOf(this.clock);
    const answer = answered.parse(await pull());
    const { rev, points } = 'ref' in answer ? slotSet.parse(await this.documents.fetch(answer.ref)) : answer;
    return { rev, points: points.map((point) => ({ ...point, ageMs: () => elapsedSince(this.clock, askedAt) })) };
  }
}

function pauseAfter(question: number, error: unknown): number {
  if (!(error instanceof DocumentRefusal)) return MUCH_LATER_MS;
  return question < HOLDING_QUESTIONS ? Math.min(error.retryAfterMs ?? AGAIN_MS, LONGEST_HOLDING_PAUSE_MS) : Math.max(error.retryAfterMs ?? 0, MUCH_LATER_MS);
}
