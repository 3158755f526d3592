import type { IngestFrame } from '@cupola/contracts';
import type { Pool } from 'pg';
import type { PartitionPeriod, TimeSpan } from './partition-period.js';
import { periodAround } from './partition-period.js';

interface Partition extends TimeSpan {
  name: string;
}

const NOTHING: TimeSpan = { from: Infinity, to: -Infinity };

/** One maker at a time, over all processes: two would clip against neighbours that the other is about to attach. */
const MAKING = 'SELECT pg_advisory_xact_lock($1)';
const MAKING_KEY = 1_129_665_536;

const EXISTING = `
  SELECT name, extract(epoch FROM (bounds[1])::timestamptz) * 1000 AS "from", extract(epoch FROM (bounds[2])::timestamptz) * 1000 AS "to"
  FROM (
    SELECT c.relname AS name, regexp_match(pg_get_expr(c.relpartbound, c.oid), $$FROM \\('([^']+)'\\) TO \\('([^']+)'\\)$$) AS bounds
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'samples'::regclass
  ) AS partitions
  ORDER BY 2`;

/**
 * The time partitions of `samples`. They are made before the transaction that needs them, by CREATE ... LIKE and ATTACH:
 * CREATE ... PARTITION OF would wait for every open COPY. A changed period applies to times that no partition covers yet.
 */
export class Partitions {
  #known: Partition[] = [];
  #last: TimeSpan = NOTHING;

  constructor(
    private readonly pool: Pool,
    private readonly period: PartitionPeriod,
  ) {}

  /** Makes sure that every row has a partition to go to. */
  async ensure(frames: readonly Pick<IngestFrame, 'rows'>[]): Promise<void> {
    for (let at = this.#firstHomeless(frames); at !== undefined; at = this.#firstHomeless(frames)) await this.#make(at);
  }

  /** Source time of the first row that no known partition takes. Most rows go where the row before them went. */
  #firstHomeless(frames: readonly Pick<IngestFrame, 'rows'>[]): number | undefined {
    let { from, to } = this.#last;
    for (const { rows } of frames) {
      for (const row of rows) {
        const at = row[1];
        if (at >= from && at < to) continue;
        const home = this.#known.find((each) => at >= each.from && at < each.to);
        if (!home) return at;
        this.#last = home;
        ({ from, to } = home);
      }
    }
    return undefined;
  }

  async #make(at: number): Promise<void> {
    const client = await this.pool.connect();
    let failure: Error | undefined;
    try {
      await client.query('BEGIN');
      await client.query(MAKING, [MAKING_KEY]);
      this.#known = await readPartitions(client);
      if (!this.#known.some(({ from, to }) => at >= from && at < to)) {
        const made = placeBetween(this.#known, at, this.period);
        for (const statement of statementsFor(made)) await client.query(statement);
        await client.query('COMMIT');
        this.#known.push(made);
      } else await client.query('COMMIT');
    } catch (error) {
      failure = error as Error;
      this.#known = [];
      this.#last = NOTHING;
      throw error;
    } finally {
      // A failed connection is not worth a ROLLBACK: closing it ends the transaction.
      client.release(failure);
    }
  }
}

async function readPartitions(client: { query(sql: string): Promise<{ rows: unknown[] }> }): Promise<Partition[]> {
  const { rows } = await client.query(EXISTING);
  return (rows as { name: string; from: string; to: string }[]).map(({ name, from, to }) => ({ name, from: Number(from), to: Number(to) }));
}

/** The period around `at`, clipped where neighbours of another period reach into it. */
function placeBetween(existing: readonly Partition[], at: number, period: PartitionPeriod): Partition {
  const whole = periodAround(at, period);
  const from = Math.max(whole.from, ...existing.filter((each) => each.to <= at).map((each) => each.to));
  const to = Math.min(whole.to, ...existing.filter((each) => each.from > at).map((each) => each.from));
  return { name: `samples_${stamp(from)}`, from, to };
}

function statementsFor({ name, from, to }: Partition): string[] {
  return [
    `CREATE TABLE ${name} (LIKE samples INCLUDING ALL)`,
    `ALTER TABLE samples ATTACH PARTITION ${name} FOR VALUES FROM ('${new Date(from).toISOString()}') TO ('${new Date(to).toISOString()}')`,
  ];
}

/** Periods start at midnight UTC, so a date names one. */
function stamp(at: number): string {
  return new Date(at).toISOString().slice(0, 10).replaceAll('-', '');
}
