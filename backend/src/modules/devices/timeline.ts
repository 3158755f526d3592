import type { TimelineKind } from '@cupola/domain';
import type { Transaction } from '../../database/unit-of-work.js';

/** A transaction, whoever opened it. */
export type Statements = Pick<Transaction, 'query' | 'afterCommit'>;

/**
 * What is known about an entry beside its kind, for screens in any language: `why` (a closed set of codes for each kind), `address`,
 * `person`, `serial`, numbers. The English text says the same.
 */
export type Facts = Readonly<Record<string, string | number>>;

/** Repetitions count up in one entry for this long, so that what is older than the retention can go by its beginning. */
const RUN_LENGTH = '1 day';
/** What strangers can cause fills at most one entry an hour for each kind and `why`. */
const RARE_LENGTH = '1 hour';

/** Adds to what happened to a controller. The same thing again, with nothing in between, counts up the entry that is there. */
export async function noteEvent(tx: Statements, controllerId: string, kind: TimelineKind, text: string, facts: Facts = {}): Promise<void> {
  await noteEvents(tx, [controllerId], kind, text, facts);
}

/** The same happened to several controllers. */
export async function noteEvents(
  tx: Statements,
  controllerIds: readonly string[],
  kind: TimelineKind,
  text: string,
  facts: Facts = {},
): Promise<void> {
  if (controllerIds.length === 0) return;
  await tx.query(
    `WITH asked AS (
       SELECT ids.id, newest.id AS newest FROM unnest($1::uuid[]) AS ids (id) LEFT JOIN LATERAL (
         SELECT e.id, e.at, e.reason, e.text FROM controller_events e WHERE e.controller_id = ids.id ORDER BY e.id DESC LIMIT 1
       ) newest ON newest.reason = $2 AND newest.text = $3 AND newest.at > now() - interval '${RUN_LENGTH}'
     ), counted AS (
       UPDATE controller_events e SET count = e.count + 1, until = now() FROM asked WHERE e.id = asked.newest
     )
     INSERT INTO controller_events (controller_id, reason, text, facts) SELECT id, $2, $3, $4 FROM asked WHERE newest IS NULL`,
    [controllerIds, kind, text, JSON.stringify(facts)],
  );
}

/** An entry for one of several controllers. */
export interface Note {
  controllerId: string;
  text: string;
  facts?: Facts;
}

/**
 * As noteEvent, for what strangers can cause (a wrong secret): within an hour everything of one kind and `why` counts up one entry,
 * which keeps the words of its first time, whatever happens in between.
 */
export async function noteRarely(tx: Transaction, controllerId: string, kind: TimelineKind, text: string, facts: Facts = {}): Promise<void> {
  await noteRarelyEach(tx, kind, [{ controllerId, text, facts }]);
}

/** As noteRarely, for several controllers, each in its own words. */
export async function noteRarelyEach(tx: Transaction, kind: TimelineKind, notes: readonly Note[]): Promise<void> {
  if (notes.length === 0) return;
  await tx.query(
    `WITH asked AS (
       SELECT said.*, known.id AS known FROM unnest($1::uuid[], $2::text[], $3::jsonb[]) AS said (id, text, facts) LEFT JOIN LATERAL (
         SELECT e.id FROM controller_events e
         WHERE e.controller_id = said.id AND e.reason = $4 AND e.facts->>'why' IS NOT DISTINCT FROM said.facts->>'why'
           AND e.at > now() - interval '${RARE_LENGTH}'
         ORDER BY e.id DESC LIMIT 1
       ) known ON true
     ), counted AS (
       UPDATE controller_events e SET count = e.count + 1, until = now() FROM asked WHERE e.id = asked.known
     )
     INSERT INTO controller_events (controller_id, reason, text, facts) SELECT id, $4, text, facts FROM asked WHERE known IS NULL`,
    [notes.map(({ controllerId }) => controllerId), notes.map(({ text }) => text), notes.map(({ facts }) => JSON.stringify(facts ?? {})), kind],
  );
}
