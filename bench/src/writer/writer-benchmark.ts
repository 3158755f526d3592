import type { Benchmark, BenchmarkContext } from '../benchmark.js';
import { figure, type Figure, interleave } from '../measure.js';
import { RAW_ROWS_PER_COMMIT } from '../raw-copy.js';
import { CONTROLLERS, SAMPLES_PER_FRAME, SAMPLES_PER_ROUND } from '../samples.js';
import { WriterUnderTest } from './writer-under-test.js';

const COUNTED_RUNS = 5;
const ROUNDS_PER_RUN = 25;
const GROWN_ROWS = 12_000_000;
const GROWING_ROUNDS = 50;
/** Seven runs of the small table are its first million rows. */
const GROWTH_ROUNDS = 7;

/** B5 and B6: batches straight to the subjects that backend's writer answers, no gateway and no socket in between. */
export const writerBenchmark: Benchmark = {
  name: 'writer',
  measures: 'B5 the writer alone, B6 its growth to twelve million rows',
  async run(context) {
    await using cleanup = new AsyncDisposableStack();
    const grown = await WriterUnderTest.start(context);
    cleanup.defer(() => grown.close());
    const fresh = await WriterUnderTest.start(context);
    cleanup.defer(() => fresh.close());
    await grow(grown, context);
    const figures = [await writerAlone(grown, context), await growth(grown, fresh, context)];
    for (const each of [grown, fresh]) {
      await each.verify();
      context.log(`${each.rows} samples verified: none lost, none doubled`);
    }
    return figures;
  },
};

async function grow(writer: WriterUnderTest, { log }: BenchmarkContext): Promise<void> {
  while (writer.rows < GROWN_ROWS) {
    const speed = await writer.store(GROWING_ROUNDS);
    log(`${(writer.rows / 1_000_000).toFixed(0)} million rows, ${Math.round(speed)} a second`);
  }
}

async function writerAlone(writer: WriterUnderTest, { log }: BenchmarkContext): Promise<Figure> {
  log('B5: raw COPY and the writer take turns');
  writer.startRawBehind(2 * ROUNDS_PER_RUN);
  const runs = await interleave(COUNTED_RUNS, () => writer.copy(ROUNDS_PER_RUN), () => writer.store(ROUNDS_PER_RUN));
  return figure({
    ...{ name: 'B5 the writer alone', unit: 'samples/s', target: 0.8, better: 'higher' },
    ...runs,
    notes: [
      `${CONTROLLERS} controllers at once, ${SAMPLES_PER_FRAME}-sample frames, every sample a new current value of a point`,
      `raw is COPY of the same rows by one connection into the same table, ${RAW_ROWS_PER_COMMIT} a commit`,
    ],
  });
}

async function growth(grown: WriterUnderTest, fresh: WriterUnderTest, { log }: BenchmarkContext): Promise<Figure> {
  log('B6: the grown and the small table take turns');
  const runs = await interleave(COUNTED_RUNS, () => fresh.store(GROWTH_ROUNDS), () => grown.store(GROWTH_ROUNDS));
  return figure({
    ...{ name: 'B6 growth', unit: 'samples/s beyond 12 million rows; raw: the first million', target: 0.9, better: 'higher' },
    ...runs,
    notes: [`day partitions of ${((SAMPLES_PER_ROUND * 144) / 1_000_000).toFixed(1)} million rows: one sample per channel and ten minutes`],
  });
}
