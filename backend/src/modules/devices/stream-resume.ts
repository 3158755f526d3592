import type { Hello } from '@cupola/contracts';
import type { Transaction } from '../../database/unit-of-work.js';
import { isPlain, plainText } from './plain-text.js';
import type { Facts } from './timeline.js';

/** A stream offers as new what is stored already. */
export interface Conflict {
  text: string;
  facts: Facts;
}

export interface Resumed {
  /** Up to which number each stream is stored without a gap; 0 for a stream that is new here. */
  acked: Record<string, number>;
  conflict: Conflict | null;
  /** Streams that start over because a technician accepted it, each with its first new number. */
  accepted: { stream: string; next: number }[];
}

export interface StreamRow {
  id: number;
  stream_id: string;
  acked: string;
  restarts_at: string | null;
}

type Said = Hello['streams'][number];

/** What is stored of a controller's streams, by stream. */
export type StoredStreams = ReadonlyMap<string, StreamRow>;

interface Behind {
  said: Said;
  row: StreamRow;
}

/** What is stored of the streams that HELLOs name, by controller. */
export async function readStreams(tx: Transaction, greetings: readonly { controllerId: string; hello: Hello }[]): Promise<Map<string, StoredStreams>> {
  const named = greetings.flatMap(({ controllerId, hello }) => hello.streams.filter(({ id }) => isPlain(id)).map(({ id }) => ({ controllerId, id })));
  const rows = await tx.query<StreamRow & { controller_id: string }>(
    `SELECT s.controller_id, s.id, s.stream_id, s.acked, s.restarts_at FROM unnest($1::uuid[], $2::text[]) AS named (controller_id, stream_id)
     JOIN streams s ON s.controller_id = named.controller_id AND s.stream_id = named.stream_id`,
    [named.map(({ controllerId }) => controllerId), named.map(({ id }) => id)],
  );
  const byController = Map.groupBy(rows, ({ controller_id }) => controller_id);
  return new Map(greetings.map(({ controllerId }) => [controllerId, new Map(byController.get(controllerId)?.map((row) => [row.stream_id, row]))]));
}

/** Up to which number each stream is stored, and the streams that fell behind that. */
export function compareStreams(stored: StoredStreams, { streams }: Hello): { acked: Record<string, number>; behind: Behind[] } {
  const acked = Object.fromEntries(streams.map(({ id }) => [id, Number(stored.get(id)?.acked ?? 0)]));
  const behind = streams.flatMap((said) => {
    const row = stored.get(said.id);
    return row !== undefined && (said.next <= Number(row.acked) || row.restarts_at !== null) ? [{ said, row }] : [];
  });
  return { acked, behind };
}

/**
 * Where the streams go on. One that fell behind what is stored stays refused until a technician accepts its new start, even if
 * its numbers have overtaken what is stored meanwhile: what it recorded under numbers that are taken would vanish unseen.
 */
export async function resumeStreams(tx: Transaction, controllerId: string, hello: Hello, isNewStartAccepted: boolean): Promise<Resumed> {
  const stored = (await readStreams(tx, [{ controllerId, hello }])).get(controllerId) ?? new Map<string, StreamRow>();
  const { acked, behind } = compareStreams(stored, hello);
  const [first] = behind;
  if (first === undefined) return { acked, conflict: null, accepted: [] };
  const starts = behind.map(({ said, row }) => ({ id: row.id, stream: said.id, next: Math.min(said.next, Number(row.restarts_at ?? said.next)) }));
  if (!isNewStartAccepted) {
    await rememberStarts(tx, starts);
    return { acked, conflict: conflictOf(first.said, Number(first.row.acked)), accepted: [] };
  }
  await startOver(tx, starts);
  await tx.query('UPDATE controllers SET accepts_new_streams = false WHERE id = $1', [controllerId]);
  return { acked: { ...acked, ...Object.fromEntries(starts.map(({ stream, next }) => [stream, next - 1])) }, conflict: null, accepted: starts };
}

/** From the first refused HELLO on its numbers may carry new samples. */
async function rememberStarts(tx: Transaction, starts: readonly { id: number; next: number }[]): Promise<void> {
  await tx.query('UPDATE streams s SET restarts_at = n.next FROM unnest($1::int[], $2::bigint[]) AS n (id, next) WHERE s.id = n.id', [
    starts.map(({ id }) => id),
    starts.map(({ next }) => next),
  ]);
}

/** What is stored stays; numbers below the new start are stored ones and are not taken again. */
async function startOver(tx: Transaction, starts: readonly { id: number; next: number }[]): Promise<void> {
  await tx.query(
    `UPDATE streams s SET acked = n.next - 1, beyond = '{}', flushed = least(s.flushed, n.next - 1), restarts_at = NULL
     FROM unnest($1::int[], $2::bigint[]) AS n (id, next) WHERE s.id = n.id`,
    [starts.map(({ id }) => id), starts.map(({ next }) => next)],
  );
}

function conflictOf({ id, next }: Said, stored: number): Conflict {
  const facts = { stream: plainText(id), offered: next, stored };
  const isAhead = next > stored;
  const text = isAhead
    ? `Stream ${facts.stream} once started over below what is stored; what it recorded since cannot be told from what is stored.`
    : `It wants to send number ${next} of stream ${facts.stream}, but numbers up to ${stored} are stored already.`;
  return { text, facts };
}
