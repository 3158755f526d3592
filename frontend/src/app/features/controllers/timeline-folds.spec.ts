import { describe, expect, it } from 'vitest';
import type { TimelineEntry } from '@cupola/contracts';
import { foldCycles } from './timeline-folds';

let ids = 0;
/** Minutes of one day; entries are given oldest first, as they happen. */
function entry(minute: number, kind: TimelineEntry['kind'], more: Partial<TimelineEntry> = {}): TimelineEntry {
  const at = new Date(Date.UTC(2026, 10, 24, 14, minute)).toISOString();
  return { id: (ids += 1), at, until: at, count: 1, kind, text: '', next: '', facts: {}, ...more };
}
const cycles = (count: number, from = 0, every = 2) =>
  Array.from({ length: count }, (_, n) => [entry(from + n * every, 'connected'), entry(from + n * every + 1, n % 2 ? 'heartbeat_lost' : 'connection_lost')]).flat();
const fold = (...happened: TimelineEntry[]) => foldCycles(happened.toReversed()).map((row) => (row.fold ? { times: row.fold.times, of: row.fold.entries.length } : row.entry.kind));

describe('cycles of connecting and being lost', () => {
  it('are one row, from the first to the last, with what belongs to them', () => {
    const happened = [entry(0, 'confirmed'), entry(1, 'ticket_issued'), ...cycles(12, 2), entry(30, 'connected')];
    const rows = foldCycles(happened.toReversed());
    expect(rows.map(({ entry: each }) => each?.kind ?? 'fold')).toEqual(['fold', 'confirmed']);
    expect(rows[0]?.fold).toMatchObject({ times: 12, from: '2026-11-24T14:02:00.000Z', until: '2026-11-24T14:30:00.000Z' });
    expect(rows[0]?.fold?.entries).toHaveLength(26);
  });

  it('stay apart when they are few, and leave nothing out', () => {
    expect(fold(...cycles(2))).toEqual(['heartbeat_lost', 'connected', 'connection_lost', 'connected']);
    expect(fold(...cycles(3))).toEqual([{ times: 3, of: 6 }]);
  });

  it('end where anything else happened, or it stayed for more than an hour', () => {
    expect(fold(...cycles(3), entry(10, 'revoked'), ...cycles(3, 11))).toEqual([{ times: 3, of: 6 }, 'revoked', { times: 3, of: 6 }]);
    expect(fold(...cycles(3), ...cycles(3, 90))).toEqual([{ times: 3, of: 6 }, { times: 3, of: 6 }]);
    expect(fold(...cycles(3, 0, 120))).toEqual(['connection_lost', 'connected', 'heartbeat_lost', 'connected', 'connection_lost', 'connected']);
  });

  it('are not what is only repeated tickets, nor that it answers again', () => {
    expect(fold(entry(0, 'ticket_issued', { count: 9 }), entry(1, 'connected'))).toEqual(['connected', 'ticket_issued']);
    expect(fold(...cycles(3), entry(7, 'connected', { facts: { why: 'answers_again' } }))).toEqual(['connected', { times: 3, of: 6 }]);
  });
});
