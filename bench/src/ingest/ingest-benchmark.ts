import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Benchmark, BenchmarkContext } from '../benchmark.js';
import { ChildProgram } from '../child-program.js';
import { figure, type Figure, interleave, percentile } from '../measure.js';
import { buildPlant, type Plant } from '../plant.js';
import { type Product, startProduct } from '../product.js';
import { RawCopy, RAW_ROWS_PER_COMMIT, type RawSample } from '../raw-copy.js';
import { CONTROLLERS, INTERVAL_MS, SAMPLES_PER_FRAME, SAMPLES_PER_ROUND, timeOf } from '../samples.js';
import { verifyRounds } from '../verify.js';
import { quantileBetween, readIngestTimes } from './ingest-times.js';
import type { LoadRequest, LoadResult } from './load-messages.js';

const COUNTED_RUNS = 5;
const ROUNDS_PER_RUN = 50;
const GROWN_ROWS = 8_000_000;
const POINTS_REV = 'b'.repeat(64);
/** How long backend lets the first batch of a transaction wait for company. */
const FLUSH_WINDOW_MS = 4;
const PACED_MS = 6000;

/** B4 and B7: real sessions through the real gateway of the product, which runs in a process of its own. */
export const ingestBenchmark: Benchmark = {
  name: 'ingest',
  measures: 'B4 durable ingest over 1,000 sessions, B7 from received to committed',
  async run(context) {
    await using cleanup = new AsyncDisposableStack();
    const databaseUrl = await context.createDatabase();
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    cleanup.defer(() => client.end());
    const plant = await buildPlant(client, CONTROLLERS, SAMPLES_PER_FRAME, POINTS_REV);
    const raw = await RawCopy.connect(databaseUrl);
    cleanup.defer(() => raw.close());
    const product = await startProduct(databaseUrl, await mkdtemp(join(context.folder, 'product-')));
    cleanup.defer(() => product.stop());
    const load = ChildProgram.start<LoadRequest, LoadResult>('ingest/load-generator.js');
    cleanup.defer(() => load.stop());
    return await new IngestRuns(context, { client, plant, raw, product, load }).figures();
  },
};

interface Parts {
  client: pg.Client;
  plant: Plant;
  raw: RawCopy;
  product: Product;
  load: ChildProgram<LoadRequest, LoadResult>;
}

class IngestRuns {
  readonly #startedAt = Date.now() - 3 * 365 * 86_400_000;
  #rounds = 0;
  #rawRounds = 0;

  constructor(
    private readonly context: BenchmarkContext,
    private readonly parts: Parts,
  ) {}

  async figures(): Promise<Figure[]> {
    const devices = this.parts.plant.controllers.map(({ id, secret }) => ({ id, secret }));
    const ms = await this.parts.load.ask({ kind: 'connect', gateway: this.parts.product.gateway, devices, pointsRev: POINTS_REV, samplesPerFrame: SAMPLES_PER_FRAME });
    this.context.log(`${CONTROLLERS} sessions connected in ${(ms / 1000).toFixed(1)} s`);
    while (this.#rounds * SAMPLES_PER_ROUND < GROWN_ROWS) {
      const speed = await this.#send(ROUNDS_PER_RUN);
      this.context.log(`${((this.#rounds * SAMPLES_PER_ROUND) / 1_000_000).toFixed(0)} million rows, ${Math.round(speed)} a second`);
    }
    const durable = await this.#durable();
    const delay = await this.#delay(durable.ours.median);
    const channels = this.parts.plant.controllers.flatMap(({ channels: mine }) => mine);
    await verifyRounds(this.parts.client, channels.length, Math.max(...channels), this.#rounds);
    this.context.log(`${this.#rounds * SAMPLES_PER_ROUND} samples verified: none lost, none doubled`);
    return [durable, delay];
  }

  async #durable(): Promise<Figure> {
    this.context.log('B4: raw COPY and the product take turns');
    this.#startRawBehind();
    const runs = await interleave(COUNTED_RUNS, async () => (await this.#copy(ROUNDS_PER_RUN)).rowsPerSecond, () => this.#send(ROUNDS_PER_RUN));
    return figure({
      ...{ name: 'B4 durable ingest', unit: 'samples/s', target: 0.8, better: 'higher' },
      ...runs,
      notes: [
        `${CONTROLLERS} sessions, ${SAMPLES_PER_FRAME}-sample frames, acked after commit; load generator, product and database are three processes beside each other`,
        'the alarm step runs; no alarm is defined on these points',
      ],
    });
  }

  async #delay(samplesPerSecond: number): Promise<Figure> {
    const rounds = Math.max(1, Math.round((samplesPerSecond / 2 / SAMPLES_PER_ROUND) * (PACED_MS / 1000)));
    this.context.log(`B7: half of that, ${Math.round((rounds * SAMPLES_PER_ROUND * 1000) / PACED_MS)} samples a second`);
    this.#startRawBehind();
    const raw = async (): Promise<number> => FLUSH_WINDOW_MS + percentile((await this.#copy(ROUNDS_PER_RUN / 2)).batches, 0.99);
    const ours = async (): Promise<number> => {
      const before = await readIngestTimes(this.parts.product.gateway);
      await this.#send(rounds, PACED_MS);
      return quantileBetween(before, await readIngestTimes(this.parts.product.gateway), 0.99);
    };
    return figure({
      ...{ name: 'B7 received to committed, p99', unit: 'ms', target: 1.5, better: 'lower' },
      ...(await interleave(COUNTED_RUNS, raw, ours)),
      notes: [
        `at half of B4's rate, from the gateway's own histogram; raw is the flush window of ${FLUSH_WINDOW_MS} ms and the p99 of a COPY of ${RAW_ROWS_PER_COMMIT} rows`,
      ],
    });
  }

  /** Raw COPY makes no partitions, so it stays behind ours. */
  #startRawBehind(): void {
    this.#rawRounds = this.#rounds - (COUNTED_RUNS + 2) * ROUNDS_PER_RUN;
  }

  /** Samples per second, from the first frame sent to the last acknowledged. */
  async #send(rounds: number, overMs = 0): Promise<number> {
    const from = this.#rounds + 1;
    this.#rounds += rounds;
    const ms = await this.parts.load.ask({ kind: 'send', from, to: this.#rounds, startedAt: this.#startedAt, stepMs: INTERVAL_MS, overMs });
    return (rounds * SAMPLES_PER_ROUND * 1000) / ms;
  }

  async #copy(rounds: number): ReturnType<RawCopy['run']> {
    const received = Date.now();
    const samples: RawSample[] = [];
    for (let round = 0; round < rounds; round += 1) {
      this.#rawRounds += 1;
      const at = timeOf(this.#rawRounds, this.#startedAt);
      for (const channel of this.parts.plant.rawChannels) samples.push({ channel, at, received, value: this.#rawRounds });
    }
    return this.parts.raw.run(samples);
  }
}
