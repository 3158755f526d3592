import type { TimelineEntry } from '@cupola/contracts';
import type { TimelineKind } from '@cupola/domain';

/** A controller that came and went again and again, as one line that can be opened. Entries newest first. */
export interface Fold {
  readonly entries: readonly TimelineEntry[];
  readonly times: number;
  readonly from: string;
  readonly until: string;
}
/** `id`: of its oldest entry, so that a row stays itself while a fold grows. */
export type TimelineRow = { readonly id: number } & ({ readonly entry: TimelineEntry; readonly fold: null } | { readonly entry: null; readonly fold: Fold });

const CAME: ReadonlySet<TimelineKind> = new Set(['connected', 'degraded']);
const WENT: ReadonlySet<TimelineKind> = new Set(['connection_lost', 'heartbeat_lost', 'closed_by_controller', 'deaf', 'too_fast', 'bad_frame']);
/** Belongs to every connect, and tells nothing of its own here. */
const BESIDE: ReadonlySet<TimelineKind> = new Set(['ticket_issued']);
/** Twice is a bad moment, three times a pattern. */
const SHORTEST = 3;
/** Who stayed away or connected for longer than this did not flap. */
const LONGEST_STAY_MS = 3_600_000;

/** Folds cycles of connecting and being lost; everything else stays as it is. Entries newest first. */
export function foldCycles(entries: readonly TimelineEntry[]): TimelineRow[] {
  const rows: TimelineRow[] = [];
  let run: TimelineEntry[] = [];
  const finish = () => {
    rows.push(...rowsOf(run));
    run = [];
  };
  for (const entry of entries) {
    const isPart = isCycle(entry) || BESIDE.has(entry.kind);
    const newer = run.findLast(isCycle);
    if (!isPart || (newer && isCycle(entry) && Date.parse(newer.at) - Date.parse(entry.until) > LONGEST_STAY_MS)) finish();
    if (isPart) run.push(entry);
    else rows.push(alone(entry));
  }
  finish();
  return rows;
}

function rowsOf(run: readonly TimelineEntry[]): TimelineRow[] {
  const times = run.reduce((sum, { kind, count }) => sum + (WENT.has(kind) ? count : 0), 0);
  const cycle = run.filter(isCycle);
  const [newest, oldest] = [cycle[0], cycle.at(-1)];
  const comes = cycle.filter(({ kind }) => CAME.has(kind)).length;
  if (times < SHORTEST || comes < SHORTEST - 1 || newest === undefined || oldest === undefined) return run.map(alone);
  return [{ id: oldest.id, entry: null, fold: { entries: run, times, from: oldest.at, until: newest.until } }];
}

function alone(entry: TimelineEntry): TimelineRow {
  return { id: entry.id, entry, fold: null };
}

/** That it answers again is not that it came. */
function isCycle({ kind, facts }: TimelineEntry): boolean {
  return WENT.has(kind) || (CAME.has(kind) && facts['why'] === undefined);
}
