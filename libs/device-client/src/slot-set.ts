import { slotSetPage, type SlotSetPage } from '@cupola/contracts';
import type { ArrayHost, IntendedPoint } from './array-host.js';
import { CallRefusal } from './call-refusal.js';
import { elapsedSince, instantOf, type DeviceClock } from './clock.js';
import type { HostMemory } from './host-memory.js';

/** More pages than any controller has: a server that names more goes round in circles. */
const MAX_PAGES = 1000;
/** The link was lost, or nobody answered. */
const UNANSWERED: readonly string[] = ['DELIVERY_UNKNOWN', 'DELIVERY_EXPIRED'];

/**
 * After a restart that the arrays did not survive the server says what it intends in the slots. Everything is asked for before anything
 * is taken, and ages from the moment at which it was asked for: what is over by the time it is taken is not taken, nothing lasts longer
 * than the server meant it to. Commands wait meanwhile, so that none of them is undone by what was intended before it.
 */
export class SlotSet {
  constructor(
    private readonly clock: DeviceClock,
    private readonly host: ArrayHost,
    private readonly memory: HostMemory,
  ) {}

  /**
   * Asks for the set and takes it, if the server may intend something that this host does not know; null when there is nothing to
   * do. `pull` asks for one page and rejects when the session is over. Rejects when the set could not be had or kept.
   */
  catchUp(desiredRev: number, pull: (after: string | null) => Promise<unknown>): Promise<void> | null {
    if (desiredRev > this.memory.rev) return this.#synchronise(pull);
    return this.memory.uncertain.length > 0 ? this.host.giveUpUncertain() : null;
  }

  async #synchronise(pull: (after: string | null) => Promise<unknown>): Promise<void> {
    try {
      const { rev, points } = await this.#read(pull);
      await this.host.adopt(rev, points);
    } catch (error) {
      // The next session may bring what this one did not.
      if (error instanceof CallRefusal && UNANSWERED.includes(error.code)) throw error;
      await this.host.giveUpUncertain();
      throw error;
    }
    if (this.memory.uncertain.length > 0) await this.host.giveUpUncertain();
  }

  async #read(pull: (after: string | null) => Promise<unknown>): Promise<{ rev: number; points: IntendedPoint[] }> {
    const points: IntendedPoint[] = [];
    let after: string | null = null;
    for (let count = 1; count <= MAX_PAGES; count += 1) {
      const askedAt = instantOf(this.clock);
      const page: SlotSetPage = slotSetPage.parse(await pull(after));
      points.push(...page.points.map((point) => ({ ...point, ageMs: () => elapsedSince(this.clock, askedAt) })));
      if (page.next === null) return { rev: page.rev, points };
      after = page.next;
    }
    throw new Error('the server names slots without end');
  }
}
