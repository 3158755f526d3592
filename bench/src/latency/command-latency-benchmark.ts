import { setTimeout as after } from 'node:timers/promises';
import type pg from 'pg';
import type { Benchmark } from '../benchmark.js';
import { ChildProgram } from '../child-program.js';
import { figure, interleave, percentile, spread } from '../measure.js';
import { buildPlant, type Plant } from '../plant.js';
import type { CommandRequest, CommandResult } from './command-messages.js';
import { startFurnished } from './furnished-product.js';

const COUNTED_RUNS = 5;
const CONTROLLERS = 20;
const POINTS_EACH = 25;
const PER_SECOND = 30;
const COUNT = 120;
const POINTS_REV = 'e'.repeat(64);
const SETTLED_WITHIN_MS = 20_000;

/** B11: an override asked over REST, from its acceptance to the frame at the controller, beside single rows committed to the same Postgres. */
export const commandLatencyBenchmark: Benchmark = {
  name: 'command-latency',
  measures: 'B11 audited setpoint to controller frame, p99',
  async run(context) {
    await using cleanup = new AsyncDisposableStack();
    let plant: Plant | undefined;
    const { product, client } = await startFurnished(context, cleanup, async (database) => void (plant = await buildWritable(database)));
    if (!plant) throw new Error('there is no plant');
    const probe = ChildProgram.start<CommandRequest, CommandResult>('latency/command-probe.js');
    cleanup.defer(() => probe.stop());
    await probe.ask({ kind: 'open', console: product.console, gateway: product.gateway, pointsRev: POINTS_REV, controllers: plant.controllers });
    const runs: CommandResult[] = [];
    const ours = async (): Promise<number> => {
      const run = await probe.ask({ kind: 'command', count: COUNT, perSecond: PER_SECOND });
      runs.push(run);
      await settled(client);
      return percentile(run.acceptedToDelivered, 0.99);
    };
    context.log('B11: raw commits and overrides take turns');
    const measured = await interleave(COUNTED_RUNS, () => commitRows(client), ours);
    await verify(client, runs.length * COUNT);
    context.log(`${runs.length * COUNT} overrides verified: each delivered once, in effect, and audited once`);
    return [
      figure({
        ...{ name: 'B11 audited setpoint accepted to controller frame, p99', unit: 'ms', target: 5, better: 'lower' },
        ...measured,
        notes: [
          `${COUNT} a run, ${PER_SECOND} a second; raw is a row in a transaction of its own, at the same rate; negative: the frame was there before the 202`,
          `from asking to the 202 ${p99(runs, 'accepted')}, from asking to the frame ${p99(runs, 'delivered')}`,
        ],
      }),
    ];
  },
};

/** The first run warmed up. */
function p99(runs: readonly CommandResult[], of: keyof CommandResult): string {
  const { median, min, max } = spread(runs.slice(1).map((run) => percentile(run[of], 0.99)));
  return `p99 ${median.toFixed(1)} ms (${min.toFixed(1)}..${max.toFixed(1)})`;
}

async function buildWritable(client: pg.Client): Promise<Plant> {
  const plant = await buildPlant(client, CONTROLLERS, POINTS_EACH, POINTS_REV);
  await client.query(`UPDATE points SET writable = true, function = 'setpoint'`);
  await client.query('UPDATE channels SET writable = true, relinquish_default = 0');
  await client.query('CREATE TABLE raw_commits (id bigserial PRIMARY KEY, at timestamptz NOT NULL, value double precision NOT NULL)');
  return plant;
}

/** p99 in milliseconds. */
async function commitRows(client: pg.Client): Promise<number> {
  const took: number[] = [];
  const began = performance.now();
  for (let row = 0; row < COUNT; row += 1) {
    await after(Math.max(0, began + (row * 1000) / PER_SECOND - performance.now()));
    const start = performance.now();
    await client.query('INSERT INTO raw_commits (at, value) VALUES (now(), $1)', [row]);
    took.push(performance.now() - start);
  }
  return percentile(took, 0.99);
}

/** What is still under way must not burden the twin's turn. */
async function settled(client: pg.Client): Promise<void> {
  const deadline = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const { rows } = await client.query(`SELECT FROM commands WHERE state IN ('ACCEPTED', 'SENT', 'STORED', 'UNKNOWN') LIMIT 1`);
    if (rows.length === 0) return;
    if (performance.now() > deadline) throw new Error('a command has no outcome');
    await after(50);
  }
}

/** @throws Error when a command was lost, doubled, not carried out, or not audited: whatever its speed, the benchmark has failed */
async function verify(client: pg.Client, sent: number): Promise<void> {
  const { rows } = await client.query<{ commands: number; values: number; proven: number; audited: number }>(
    `SELECT count(*)::int AS commands, count(DISTINCT value)::int AS values,
       count(*) FILTER (WHERE state IN ('EFFECTIVE', 'PROVEN') AND readback_value = value)::int AS proven,
       (SELECT count(DISTINCT after->>'command')::int FROM audit_records WHERE operation = 'point.override' AND result = 'done') AS audited
     FROM commands`,
  );
  const found = rows[0];
  if (found && Object.values(found).every((count) => count === sent)) return;
  throw new Error(`${sent} overrides were asked for: ${JSON.stringify(found)}`);
}
