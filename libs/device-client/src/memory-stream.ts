import { randomUUID } from 'node:crypto';
import { joinLosses, lossOf } from './loss.js';
import { DEFAULT_MAX_FRAMES, type StoredFrame, type StreamLoss, type StreamStore } from './stream.js';

/** A store that lives as long as the process: what is not acknowledged at its end is lost. `maxFrames` bounds it; the oldest go first. */
export function memoryStream(options: { id?: string; maxFrames?: number } = {}): StreamStore {
  return new MemoryStream(options.id ?? randomUUID(), options.maxFrames ?? DEFAULT_MAX_FRAMES);
}

class MemoryStream implements StreamStore {
  readonly #frames = new Map<number, StoredFrame>();
  #losses: StreamLoss[] = [];
  #oldest = 1;
  #next = 1;
  #dropped = 0;

  constructor(
    readonly id: string,
    private readonly maxFrames: number,
  ) {}

  get oldest(): number {
    return this.#oldest;
  }

  get next(): number {
    return this.#next;
  }

  get dropped(): number {
    return this.#dropped;
  }

  frame(seq: number): StoredFrame | null {
    return this.#frames.get(seq) ?? null;
  }

  forget(seq: number): void {
    for (; this.#oldest <= seq && this.#oldest < this.#next; this.#oldest += 1) this.#frames.delete(this.#oldest);
  }

  append(frame: StoredFrame): number {
    this.#frames.set(this.#next, frame);
    this.#next += 1;
    if (this.#next - this.#oldest > this.maxFrames) this.#drop(this.#oldest);
    return this.#next - 1;
  }

  losses(): readonly StreamLoss[] {
    return this.#losses;
  }

  settle(settled: readonly StreamLoss[]): void {
    this.#losses = this.#losses.filter((loss) => !settled.includes(loss));
  }

  close(): void {
    // Nothing is held but memory.
  }

  #drop(seq: number): void {
    const frame = this.#frames.get(seq);
    if (frame === undefined) return;
    const loss = lossOf(this.id, seq, frame);
    const last = this.#losses.at(-1);
    const joined = last === undefined ? null : joinLosses(last, loss);
    this.#losses = joined === null ? [...this.#losses, loss] : [...this.#losses.slice(0, -1), joined];
    this.forget(seq);
    this.#dropped += 1;
  }
}
