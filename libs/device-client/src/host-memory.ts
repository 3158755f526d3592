import { EMPTY_ARRAY, type PriorityArray } from '@cupola/domain';
import type { Answered, HostState, HostStore } from './host-store.js';

/** Answers that the host keeps for repeated commands (device protocol: the last 256 keys). */
const KEPT_ANSWERS = 256;
/** Reads between two saves are not stored; every start skips further than they can have counted. */
const READ_SEQ_STRIDE = 1_000_000;

/** The host's state in memory and in its store. Saves follow each other: a later state is never overwritten by an earlier one. */
export class HostMemory {
  readonly #arrays = new Map<string, PriorityArray>();
  readonly #answers = new Map<string, Answered>();
  readonly #ended = new Set<string>();
  /** Slots that a stop of unknown length emptied, and nobody knows whether their time is over. */
  readonly #uncertain = new Set<string>();
  #rev = 0;
  #readSeq = 0;
  #saving: Promise<void> = Promise.resolve();

  constructor(private readonly store: HostStore) {}

  /** `now` lifts the read numbers above those of an earlier life whose state was lost. */
  async load(now: number): Promise<void> {
    const stored = await this.store.load();
    for (const [key, array] of Object.entries(stored?.arrays ?? {})) this.#arrays.set(key, array);
    for (const answered of stored?.answers ?? []) this.#answers.set(answered.key, answered);
    for (const commandId of stored?.ended ?? []) this.#ended.add(commandId);
    for (const commandId of stored?.uncertain ?? []) this.#uncertain.add(commandId);
    this.#rev = stored?.rev ?? 0;
    this.#readSeq = Math.max((stored?.readSeq ?? 0) + READ_SEQ_STRIDE, Math.floor(now), this.#readSeq);
  }

  nextReadSeq(): number {
    this.#readSeq += 1;
    return this.#readSeq;
  }

  array(key: string): PriorityArray {
    return this.#arrays.get(key) ?? EMPTY_ARRAY;
  }

  setArray(key: string, array: PriorityArray): void {
    this.#arrays.set(key, array);
  }

  answer(key: string): Answered | undefined {
    return this.#answers.get(key);
  }

  remember(answered: Answered): void {
    this.#answers.delete(answered.key);
    this.#answers.set(answered.key, answered);
    for (const key of this.#answers.keys()) {
      if (this.#answers.size <= KEPT_ANSWERS) break;
      this.#answers.delete(key);
    }
  }

  /** Revision of the slot set that was taken last. */
  get rev(): number {
    return this.#rev;
  }

  /** Whether this host has had the command and has let go of it, or holds it. */
  isKnown(commandId: string): boolean {
    return !this.#uncertain.has(commandId) && (this.#answers.has(commandId) || this.#ended.has(commandId));
  }

  get uncertain(): readonly string[] {
    return [...this.#uncertain];
  }

  /** The server may know whether their time is over: it is asked as if nothing had been taken yet. */
  addUncertain(commandIds: readonly string[]): void {
    for (const commandId of commandIds) this.#uncertain.add(commandId);
    if (commandIds.length > 0) this.#rev = 0;
  }

  /** Keeps the arrays with what was taken of a slot set. */
  async saveTaken(rev: number, commandIds: readonly string[]): Promise<void> {
    const before = { rev: this.#rev, uncertain: [...this.#uncertain] };
    this.#rev = rev;
    for (const commandId of commandIds) this.#uncertain.delete(commandId);
    try {
      await this.save();
    } catch (error) {
      this.#rev = before.rev;
      for (const commandId of before.uncertain) this.#uncertain.add(commandId);
      throw error;
    }
  }

  /** Nobody can say any more: their time is taken for over. */
  giveUpUncertain(): Promise<void> {
    this.addEnded(this.uncertain);
    this.#uncertain.clear();
    return this.save();
  }

  get ended(): readonly string[] {
    return [...this.#ended];
  }

  addEnded(commandIds: readonly string[]): void {
    for (const commandId of commandIds) this.#ended.add(commandId);
  }

  removeEnded(commandIds: readonly string[]): void {
    for (const commandId of commandIds) this.#ended.delete(commandId);
  }

  save(): Promise<void> {
    const state: HostState = {
      arrays: Object.fromEntries(this.#arrays),
      readSeq: this.#readSeq,
      answers: [...this.#answers.values()],
      ended: [...this.#ended],
      uncertain: [...this.#uncertain],
      rev: this.#rev,
    };
    // A failed save was reported to whoever asked for it; it must not stop the next one.
    this.#saving = this.#saving.catch(() => undefined).then(() => this.store.save(state));
    return this.#saving;
  }
}
