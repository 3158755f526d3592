import { randomUUID } from 'node:crypto';
import { isDamage, isFull, openSqlite, replaceDamaged, type StoreDamaged } from './sqlite-file.js';
import { SqliteFrames } from './sqlite-frames.js';
import { CARRIES, DEFAULT_MAX_FRAMES, type Carries, type StoredFrame, type StreamLoss, type StreamStore } from './stream.js';

export interface SqliteStoreOptions {
  /** Bytes of all frames that wait for their acknowledgement. Default 64 MiB. */
  readonly maxBytes?: number;
  /** Bytes of the file, which is somewhat larger; beyond it the store lets go as if the disk were full. Default twice `maxBytes`. */
  readonly maxFileBytes?: number;
  /** Frames of all streams. Default 100,000. */
  readonly maxFrames?: number;
}

/** The three streams of a controller in one file. `close` it after the controller's `stop()`. */
export interface SqliteStore {
  readonly live: StreamStore;
  readonly backfill: StreamStore;
  readonly events: StreamStore;
  /** Runs appends as one commit. */
  together(work: () => void): void;
  /** Told of every damage, the one found at opening included. After it the streams have new ids and start at 1. */
  onDamage(listener: (problem: StoreDamaged) => void): void;
  close(): void;
}

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
/** Room for the tables themselves and a few frames. */
const LEAST_FILE_BYTES = 1024 * 1024;
/** Share of the store that is let go when the disk has no room left. */
const ROOM_ON_FULL_DISK = 0.1;

/**
 * Store-and-forward on disk. What is appended is on the disk when `append` returns, before it may be sent, and survives the
 * process and the power at any point. A full store lets go of the oldest live telemetry first, then of backfill, of events
 * last, and keeps on record what it dropped until the server has taken that. A damaged file is set aside, never fatal.
 * Throws when the file is in use or the machine does not allow it.
 */
export function sqliteStore(path: string, options: SqliteStoreOptions = {}): SqliteStore {
  const { maxBytes = DEFAULT_MAX_BYTES, maxFrames = DEFAULT_MAX_FRAMES, maxFileBytes = Math.max(2 * maxBytes, LEAST_FILE_BYTES) } = options;
  return new Store(path, { maxBytes, maxFrames, maxFileBytes });
}

class Store implements SqliteStore {
  readonly live = this.#stream('live');
  readonly backfill = this.#stream('backfill');
  readonly events = this.#stream('events');
  readonly #dropped: Record<Carries, number> = { live: 0, backfill: 0, events: 0 };
  #frames: SqliteFrames;
  #problem: StoreDamaged | null;
  #listener: ((problem: StoreDamaged) => void) | null = null;
  #isTogether = false;

  constructor(
    private readonly path: string,
    private readonly limits: Required<SqliteStoreOptions>,
  ) {
    const { database, problem } = openSqlite(path, limits.maxFileBytes);
    this.#frames = new SqliteFrames(database, randomUUID);
    this.#problem = problem;
  }

  together(work: () => void): void {
    if (this.#isTogether) return work();
    this.#isTogether = true;
    try {
      this.#guarded((frames) => frames.transact(work));
    } finally {
      this.#isTogether = false;
    }
  }

  onDamage(listener: (problem: StoreDamaged) => void): void {
    this.#listener = listener;
    if (this.#problem !== null) listener(this.#problem);
    this.#problem = null;
  }

  close(): void {
    this.#frames.close();
  }

  #stream(carries: Carries): StreamStore {
    // What the getters below answer changes when a damaged file is replaced.
    const position = () => this.#frames.positions[carries];
    const dropped = () => this.#dropped[carries];
    return {
      get id() {
        return position().id;
      },
      get oldest() {
        return position().oldest;
      },
      get next() {
        return position().next;
      },
      get dropped() {
        return dropped();
      },
      frame: (seq) => this.#guarded((frames) => frames.read(carries, seq)),
      append: (frame) => this.#append(carries, frame),
      forget: (seq) => this.#guarded((frames) => frames.forget(carries, seq)),
      losses: () => this.#guarded((frames) => frames.losses(carries)),
      settle: (losses) => this.#settle(carries, losses),
      endOfBoot: (boot) => this.#guarded((frames) => frames.endOfBoot(boot)),
      close: () => undefined,
    };
  }

  #append(carries: Carries, frame: StoredFrame): number {
    let seq = 0;
    this.together(() => {
      seq = this.#frames.append(carries, frame);
      this.#makeRoom(carries, this.limits);
    });
    return seq;
  }

  #settle(carries: Carries, losses: readonly StreamLoss[]): void {
    this.together(() => this.#frames.settle(carries, losses));
  }

  /** Oldest live first, then backfill, events last. What has just come is not its own victim while there is another. */
  #makeRoom(newest: Carries, { maxBytes, maxFrames }: Pick<Required<SqliteStoreOptions>, 'maxBytes' | 'maxFrames'>): void {
    const frames = this.#frames;
    while (frames.bytes > maxBytes || frames.count > maxFrames) {
      const spare = (carries: Carries) => frames.held(carries) > (carries === newest ? 1 : 0);
      const victim = CARRIES.find(spare) ?? newest;
      frames.drop(victim);
      this.#dropped[victim] += 1;
      if (frames.count === 0) return;
    }
  }

  /** Does it again after a damaged file was replaced, and once more after room was made on a full disk. */
  #guarded<T>(work: (frames: SqliteFrames) => T): T {
    try {
      return work(this.#frames);
    } catch (error) {
      if (isFull(error) && this.#frames.count > 0) {
        const { bytes, count } = this.#frames;
        this.#frames.transact(() => this.#makeRoom('events', { maxBytes: bytes * (1 - ROOM_ON_FULL_DISK), maxFrames: count }));
      } else if (isDamage(error)) this.#replace(error);
      else throw error;
      return work(this.#frames);
    }
  }

  #replace(error: unknown): void {
    this.#frames.abandon();
    const { database, problem } = replaceDamaged(this.path, this.limits.maxFileBytes, error);
    this.#frames = new SqliteFrames(database, randomUUID);
    if (this.#listener === null) this.#problem = problem;
    else this.#listener(problem);
  }
}
