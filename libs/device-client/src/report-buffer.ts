import type { CancelTimer, DeviceClock } from './clock.js';
import type { Lane, ReportRow, StreamStore } from './stream.js';

/** Rows of one frame at most: well below 64 KiB. */
const MAX_ROWS = 500;
/** How long a reported value may wait for company. */
const GATHER_MS = 100;

/** Gathers reported values into frames and appends them to the stream of their lane. */
export class ReportBuffer {
  readonly #rows: Record<Lane, ReportRow[]> = { 0: [], 1: [] };
  #cancel: CancelTimer | null = null;

  constructor(
    private readonly streams: Readonly<Record<Lane, StreamStore>>,
    private readonly clock: DeviceClock,
    private readonly onAppended: () => void,
  ) {}

  add(lane: Lane, row: ReportRow): void {
    this.#rows[lane].push(row);
    if (this.#rows[lane].length >= MAX_ROWS) this.flush();
    else this.#cancel ??= this.clock.setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Appends everything gathered so far. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    for (const lane of [0, 1] as const) {
      const rows = this.#rows[lane].splice(0);
      if (rows.length > 0) this.streams[lane].append({ lane, rows });
    }
    this.onAppended();
  }
}
