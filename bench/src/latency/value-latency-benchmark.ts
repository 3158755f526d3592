import type { Benchmark, BenchmarkContext } from '../benchmark.js';
import { ChildProgram } from '../child-program.js';
import { figure, type Figure, interleave, percentile } from '../measure.js';
import { buildPlant, type Plant } from '../plant.js';
import { startFurnished } from './furnished-product.js';
import type { LiveRequest, LiveResult } from './live-messages.js';
import type { RelayAddresses } from './relay-addresses.js';

const COUNTED_RUNS = 5;
/** Changes a second, and how many of them a run sends. */
const RATES = [
  { perSecond: 1, count: 5 },
  { perSecond: 100, count: 250 },
  { perSecond: 1000, count: 2000 },
] as const;
/** A thousand points: at the highest rate each changes once a second, so that gathering never replaces one change by the next. */
const CONTROLLERS = 40;
const POINTS_EACH = 25;
const POINTS_REV = 'b'.repeat(64);
/** How long backend gathers the changes of a floor after it has told some. */
const COALESCING_MS = 100;

type Probe = ChildProgram<LiveRequest, LiveResult>;

/** B8: from a controller's socket to a console's, both held by one process, through the product and through a bare relay. */
export const valueLatencyBenchmark: Benchmark = {
  name: 'value-latency',
  measures: 'B8 value to console socket, p99, at 1, 100 and 1,000 changes a second',
  async run(context) {
    await using cleanup = new AsyncDisposableStack();
    let plant: Plant | undefined;
    const { product } = await startFurnished(context, cleanup, async (client) => void (plant = await buildPlant(client, CONTROLLERS, POINTS_EACH, POINTS_REV)));
    if (!plant) throw new Error('there is no plant');
    const relay = ChildProgram.start<object, RelayAddresses>('latency/relay.js');
    cleanup.defer(() => relay.stop());
    const probe: Probe = ChildProgram.start('latency/live-probe.js');
    cleanup.defer(() => probe.stop());
    const { floor, controllers } = plant;
    const { console, gateway } = product;
    await probe.ask({ kind: 'open', console, gateway, pointsRev: POINTS_REV, floor, controllers, alarmedEach: 0, relay: await relay.ask({}) });
    const figures: Figure[] = [];
    for (const rate of RATES) figures.push(await measure(probe, rate, context));
    context.log('every value arrived exactly once');
    return figures;
  },
};

async function measure(probe: Probe, { perSecond, count }: (typeof RATES)[number], { log }: BenchmarkContext): Promise<Figure> {
  log(`B8: relay and product take turns at ${perSecond} changes a second`);
  const send = async (through: 'product' | 'relay'): Promise<number> => percentile(await probe.ask({ kind: 'values', through, count, perSecond }), 0.99);
  return figure({
    ...{ name: `B8 value to console at ${perSecond}/s, p99`, unit: 'ms', target: 2, better: 'lower' },
    ...(await interleave(COUNTED_RUNS, () => send('relay'), () => send('product'), COALESCING_MS)),
    notes: [
      `${count} changes a run${count < 100 ? ', of which p99 is the slowest' : ''}; raw is ws in, socket.io out; the ratio is of what is beyond the coalescing window of ${COALESCING_MS} ms`,
    ],
  });
}
