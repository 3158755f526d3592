import type { HostedPoint, SlotsChanged } from '@cupola/contracts';
import type { ArrayHost } from './array-host.js';
import type { HostMemory } from './host-memory.js';

/** Points and ended commands that one `slots.changed` carries at most. */
const MAX_PER_CALL = 200;
/** A hosted point with its slots is a few hundred bytes: this many stay below the 16 KiB of one message. */
const POINTS_PER_CALL = 16;

/** Keeps in mind what the server has not been told about the priority arrays, until it has taken it. */
export class SlotReports {
  readonly #marked = new Set<string>();
  #isSending = false;

  constructor(
    private readonly host: ArrayHost,
    private readonly memory: HostMemory,
  ) {}

  mark(key: string): void {
    this.#marked.add(key);
  }

  /** A new session: the server's mirror may be older than this host's life. */
  markAll(): void {
    for (const { key } of this.host.all()) this.#marked.add(key);
  }

  /** Sends until nothing is left. What a failed call carried stays marked. */
  async send(call: (payload: SlotsChanged) => Promise<unknown>): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      while (this.#marked.size > 0 || this.memory.ended.length > 0) await this.#sendOne(call);
    } finally {
      this.#isSending = false;
    }
  }

  async #sendOne(call: (payload: SlotsChanged) => Promise<unknown>): Promise<void> {
    const points: HostedPoint[] = this.host.all().filter(({ key }) => this.#marked.has(key)).slice(0, POINTS_PER_CALL);
    const ended = this.memory.ended.slice(0, MAX_PER_CALL);
    const keys = points.map(({ key }) => key);
    for (const key of keys) this.#marked.delete(key);
    try {
      await call({ points, ended: [...ended] });
    } catch (error) {
      for (const key of keys) this.#marked.add(key);
      throw error;
    }
    if (points.length === 0 && ended.length === 0) this.#marked.clear();
    this.memory.removeEnded(ended);
    if (ended.length > 0) await this.memory.save();
  }
}
