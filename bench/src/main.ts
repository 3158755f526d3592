import { join } from 'node:path';
import type { Benchmark } from './benchmark.js';
import { type DurablePostgres, startDurablePostgres } from './durable-postgres.js';
import { killChildren } from './children.js';
import { interruption, Interrupted } from './interruption.js';
import type { Figure } from './measure.js';
import { save, table } from './report.js';
import { consoleBenchmark } from './console/console-benchmark.js';
import { ingestBenchmark } from './ingest/ingest-benchmark.js';
import { alarmLatencyBenchmark } from './latency/alarm-latency-benchmark.js';
import { commandLatencyBenchmark } from './latency/command-latency-benchmark.js';
import { valueLatencyBenchmark } from './latency/value-latency-benchmark.js';
import { connectBenchmark } from './sessions/connect-benchmark.js';
import { idleBenchmark } from './sessions/idle-benchmark.js';
import { sessionsBenchmark } from './sessions/sessions-benchmark.js';
import { stormBenchmark } from './sessions/storm-benchmark.js';
import { writerBenchmark } from './writer/writer-benchmark.js';

const BENCHMARKS: readonly Benchmark[] = [
  ...[writerBenchmark, ingestBenchmark, valueLatencyBenchmark, alarmLatencyBenchmark, commandLatencyBenchmark, consoleBenchmark],
  ...[sessionsBenchmark, connectBenchmark, stormBenchmark, idleBenchmark],
];
const RESULTS = join(import.meta.dirname, '..', 'results');

const log = (line: string): void => void process.stdout.write(`${line}\n`);

async function run(chosen: readonly Benchmark[], interrupted: Promise<never>): Promise<void> {
  const startedAt = new Date();
  const postgres = await startDurablePostgres();
  try {
    const figures = await Promise.race([interrupted, measure(chosen, postgres)]);
    log(`\n${table(figures)}`);
    log(`Written to ${await save(RESULTS, figures, startedAt)}`);
  } finally {
    await killChildren();
    await postgres.stop();
  }
}

async function measure(chosen: readonly Benchmark[], postgres: DurablePostgres): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const benchmark of chosen) {
    log(`${benchmark.name}: ${benchmark.measures}`);
    figures.push(...(await benchmark.run({ createDatabase: () => postgres.create(), folder: postgres.folder, log: (line) => log(`  ${line}`) })));
  }
  return figures;
}

const names = process.argv.slice(2);
const unknown = names.filter((name) => !BENCHMARKS.some((each) => each.name === name));
if (unknown.length > 0) {
  log(`There is no benchmark ${unknown.join(', ')}. Choose from ${BENCHMARKS.map(({ name }) => name).join(', ')}, or none for all.`);
  process.exitCode = 2;
} else {
  try {
    await run(names.length === 0 ? BENCHMARKS : BENCHMARKS.filter(({ name }) => names.includes(name)), interruption());
  } catch (error) {
    // What the benchmark still waits for never comes.
    if (!(error instanceof Interrupted)) console.error(error);
    else log(`Stopped by ${error.signal}; nothing is left running.`);
    process.exit(error instanceof Interrupted ? 130 : 1);
  }
}
