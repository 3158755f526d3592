import { slotSet, slotSetAnnounced } from '@cupola/contracts';
import { z } from 'zod';
import type { ArrayHost, IntendedPoint } from './array-host.js';
import { CallRefusal } from './call-refusal.js';
import { elapsedSince, instantOf, type DeviceClock } from './clock.js';
import { DocumentRefusal, type Documents } from './documents.js';
import type { HostMemory } from './host-memory.js';

/** How often the set is asked for in one session, when the document that it came as could not be had. */
const MAX_QUESTIONS = 3;
const AGAIN_MS = 1_000;
const LONGEST_PAUSE_MS = 10_000;
/** The link was lost, or nobody answered. */
const UNANSWERED: readonly string[] = ['DELIVERY_UNKNOWN', 'DELIVERY_EXPIRED'];
const answered = z.union([slotSet, slotSetAnnounced]);

/**
 * After a restart that the arrays did not survive the server says what it intends in the slots. Everything is there before anything
 * is taken, and ages from the moment at which it was asked for: what is over by the time it is taken is not taken, nothing lasts longer
 * than the server meant it to. Commands wait meanwhile, so that none of them is undone by what was intended before it.
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
   * Asks for the set and takes it, if the server may intend something that this host does not know; null when there is nothing to
   * do. `pull` asks for it and rejects when the session is over. Rejects when the set could not be had or kept.
   */
  catchUp(desiredRev: number, pull: () => Promise<unknown>): Promise<void> | null {
    if (desiredRev > this.memory.rev) return this.#synchronise(pull);
    return this.memory.uncertain.length > 0 ? this.host.giveUpUncertain() : null;
  }

  async #synchronise(pull: () => Promise<unknown>): Promise<void> {
    try {
      const { rev, points } = await this.#ask(pull);
      await this.host.adopt(rev, points);
    } catch (error) {
      // The next session may bring what this one did not.
      if (error instanceof CallRefusal && UNANSWERED.includes(error.code)) throw error;
      await this.host.giveUpUncertain();
      throw error;
    }
    if (this.memory.uncertain.length > 0) await this.host.giveUpUncertain();
  }

  /** A document that could not be had is asked for anew: the server writes another one, which is as old as that question at most. */
  async #ask(pull: () => Promise<unknown>): Promise<{ rev: number; points: IntendedPoint[] }> {
    for (let question = 1; ; question += 1) {
      try {
        return await this.#read(pull);
      } catch (error) {
        if (!(error instanceof DocumentRefusal) || question >= MAX_QUESTIONS) throw error;
        this.onProblem(error);
        await this.documents.pause(Math.min(error.retryAfterMs ?? AGAIN_MS, LONGEST_PAUSE_MS));
      }
    }
  }

  async #read(pull: () => Promise<unknown>): Promise<{ rev: number; points: IntendedPoint[] }> {
    const askedAt = instantOf(this.clock);
    const answer = answered.parse(await pull());
    const { rev, points } = 'ref' in answer ? slotSet.parse(await this.documents.fetch(answer.ref)) : answer;
    return { rev, points: points.map((point) => ({ ...point, ageMs: () => elapsedSince(this.clock, askedAt) })) };
  }
}
