import { join } from 'node:path';
import type { Benchmark } from './benchmark.js';
import { startDurablePostgres } from './durable-postgres.js';
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

async function run(chosen: readonly Benchmark[]): Promise<boolean> {
  const startedAt = new Date();
  const figures: Figure[] = [];
  const postgres = await startDurablePostgres();
  try {
    for (const benchmark of chosen) {
      log(`${benchmark.name}: ${benchmark.measures}`);
      figures.push(...(await benchmark.run({ createDatabase: () => postgres.create(), folder: postgres.folder, log: (line) => log(`  ${line}`) })));
    }
  } finally {
    await postgres.stop();
  }
  log(`\n${table(figures)}`);
  log(`Written to ${await save(RESULTS, figures, startedAt)}`);
  return figures.length > 0;
}

const names = process.argv.slice(2);
const unknown = names.filter((name) => !BENCHMARKS.some((each) => each.name === name));
if (unknown.length > 0) {
  log(`There is no benchmark ${unknown.join(', ')}. Choose from ${BENCHMARKS.map(({ name }) => name).join(', ')}, or none for all.`);
  process.exitCode = 2;
} else {
  await run(names.length === 0 ? BENCHMARKS : BENCHMARKS.filter(({ name }) => names.includes(name)));
}
