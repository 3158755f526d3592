import type { StoredFrame, StreamLoss } from './stream.js';

/** The loss of one frame. */
export function lossOf(streamId: string, seq: number, { rows, boot }: StoredFrame): StreamLoss {
  const times = boot === undefined ? rows.map(([, , , at]) => at) : [];
  const known = times.length > 0;
  return { streamId, from: seq, to: seq, rows: rows.length, oldest: known ? Math.min(...times) : null, newest: known ? Math.max(...times) : null };
}

/** Two losses that follow each other as one; null when something lies between them. */
export function joinLosses(first: StreamLoss, second: StreamLoss): StreamLoss | null {
  if (first.streamId !== second.streamId || first.to + 1 !== second.from) return null;
  return {
    streamId: first.streamId,
    from: first.from,
    to: second.to,
    rows: first.rows + second.rows,
    oldest: pick(Math.min, first.oldest, second.oldest),
    newest: pick(Math.max, first.newest, second.newest),
  };
}

function pick(choose: (a: number, b: number) => number, a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : choose(a, b);
}
