import type { IngestBatch } from '@cupola/contracts';
import { waitFor } from '@cupola/testing';
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { IngestLane } from '../../src/modules/history/ingest-lane.js';

const MAX_ROWS = 20_000;

function batchOf(name: string, rows: number, kind: 'events' | 'live' | 'backfill'): IngestBatch {
  const all = Array.from({ length: rows }, (): [number, number, number, number, number] => [1, 1, 1, 1, 0]);
  const frames = [{ streamId: name, seq: 1, lane: kind === 'backfill' ? (1 as const) : (0 as const), rows: all }];
  return { sessionId: randomUUID(), controllerId: randomUUID(), epoch: 1, frames, ...(kind === 'events' ? { isUrgent: true } : {}) };
}

/** A lane whose transactions end when they are told to. */
function heldLane() {
  const commits: { names: string[]; end: () => void }[] = [];
  const lane = new IngestLane({
    commit: (batches) =>
      new Promise((resolve) => {
        const end = () => resolve({ outcomes: batches.map(() => ({ acked: {} })), frames: [], marks: new Map(), steps: [] });
        commits.push({ names: batches.map(({ frames }) => frames[0]?.streamId ?? ''), end });
      }),
    ...{ committed: () => undefined, isUnavailable: () => false, now: () => 0, warn: () => undefined },
  });
  return { lane, commits };
}

it('events go first, live samples next, and backfill takes the room that is left', async () => {
  const { lane, commits } = heldLane();
  const first = lane.take(batchOf('first', 1, 'live'));
  await waitFor(() => commits.length === 1);
  const others = [
    lane.take(batchOf('backfill', MAX_ROWS - 100, 'backfill')),
    lane.take(batchOf('live 1', 60, 'live')),
    lane.take(batchOf('live 2', 60, 'live')),
    lane.take(batchOf('event', 1, 'events')),
  ];
  commits[0]?.end();
  await waitFor(() => commits.length === 2);
  expect(commits[1]?.names).toEqual(['event', 'live 1', 'live 2']);
  commits[1]?.end();
  await waitFor(() => commits.length === 3);
  expect(commits[2]?.names).toEqual(['backfill']);
  commits[2]?.end();
  await Promise.all([first, ...others]);
});

it('events are taken however much waits; backfill is refused before live samples are', async () => {
  const { lane, commits } = heldLane();
  void lane.take(batchOf('first', 1, 'live'));
  await waitFor(() => commits.length === 1);
  const half = Array.from({ length: 12 }, (_, index) => batchOf(`live ${index}`, 21_000, 'live'));
  for (const batch of half) void lane.take(batch);
  await expect(lane.take(batchOf('backfill', 10, 'backfill'))).rejects.toMatchObject({ code: 'OVERLOADED' });
  for (const batch of half.slice(0, 11)) void lane.take({ ...batch, controllerId: randomUUID() });
  await expect(lane.take(batchOf('live', 21_000, 'live'))).rejects.toMatchObject({ code: 'OVERLOADED' });
  void lane.take(batchOf('event', 5, 'events'));
  commits[0]?.end();
  await waitFor(() => commits.length === 2);
  expect(commits[1]?.names).toEqual(['event']);
});
