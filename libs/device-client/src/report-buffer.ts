import type { CancelTimer, DeviceClock } from './clock.js';
import type { Carries, Lane, ReportRow, StreamStore } from './stream.js';

/** Rows of one frame at most: well below 64 KiB. */
const MAX_ROWS = 500;
/** How long a reported value may wait for company. */
const GATHER_MS = 100;
/** Rows that are kept in memory for a store that does not take them; beyond it the oldest go. */
const MAX_STUCK_ROWS = 20_000;
const STUCK_AGAIN_MS = 5_000;
const EVENTS_FIRST: readonly Carries[] = ['events', 'live', 'backfill'];

export interface BufferedStreams {
  readonly streams: Readonly<Record<Carries, StreamStore>>;
  /** Runs appends as one commit. */
  readonly together: (work: () => void) => void;
}

interface Gathered {
  readonly lane: Lane;
  readonly boot: string | null;
  readonly row: ReportRow;
}

/** Gathers reported values into frames and appends them to their stream. Events do not wait. */
export class ReportBuffer {
  readonly #rows: Record<Carries, Gathered[]> = { live: [], backfill: [], events: [] };
  #cancel: CancelTimer | null = null;

  constructor(
    private readonly kept: BufferedStreams,
    private readonly clock: DeviceClock,
    private readonly onAppended: () => void,
    private readonly onProblem: (error: Error) => void,
  ) {}

  add(carries: Carries, gathered: Gathered): void {
    this.#rows[carries].push(gathered);
    if (carries === 'events' || this.#rows[carries].length >= MAX_ROWS) this.flush();
    else this.#cancel ??= this.clock.setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Appends everything gathered so far, one commit per stream. What the store does not take is kept and tried again. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    try {
      for (const carries of EVENTS_FIRST) {
        if (this.#rows[carries].length === 0) continue;
        this.kept.together(() => this.#append(carries));
        this.#rows[carries].length = 0;
      }
    } catch (error) {
      // A disk that is full or gone: nothing of it may stop the controller.
      this.onProblem(error instanceof Error ? error : new Error(String(error)));
      for (const rows of Object.values(this.#rows)) rows.splice(0, rows.length - MAX_STUCK_ROWS);
      this.#cancel = this.clock.setTimeout(() => this.flush(), STUCK_AGAIN_MS);
      return;
    }
    this.onAppended();
  }

  /** Ends the timer. */
  stop(): void {
    this.flush();
    this.#cancel?.();
    this.#cancel = null;
  }

  /** One frame per lane and kind of time, in the order in which they came; never more rows than a frame carries. */
  #append(carries: Carries): void {
    const rows = this.#rows[carries];
    for (let start = 0, end = 0; start < rows.length; start = end) {
      const { lane, boot } = rows[start] as Gathered;
      const differs = (other: Gathered, index: number) => index > start && (other.lane !== lane || other.boot !== boot || index - start >= MAX_ROWS);
      const found = rows.findIndex(differs);
      end = found === -1 ? rows.length : found;
      this.kept.streams[carries].append({ lane, rows: rows.slice(start, end).map(({ row }) => row), ...(boot === null ? {} : { boot }) });
    }
  }
}
