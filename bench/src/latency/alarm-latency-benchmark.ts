import type pg from 'pg';
import type { Benchmark, BenchmarkContext } from '../benchmark.js';
import { ChildProgram } from '../child-program.js';
import { figure, type Figure, interleave, percentile } from '../measure.js';
import { buildPlant, type Plant } from '../plant.js';
import { BackgroundIngest, buildBackground } from './background-ingest.js';
import { startFurnished } from './furnished-product.js';
import { LIMIT, type LiveRequest, type LiveResult } from './live-messages.js';
import { RestSession } from './rest-session.js';

const COUNTED_RUNS = 5;
const CONTROLLERS = 20;
const POINTS_EACH = 10;
/** The others have none: their values are the twin. */
const ALARMED_EACH = 5;
const PER_SECOND = 50;
const RUN_MS = 2500;
const COUNT = (PER_SECOND * RUN_MS) / 1000;
const POINTS_REV = 'c'.repeat(64);
const BRICK_CLASS = 'Zone_Air_Temperature_Sensor';

/** B9: a sample that raises or ends an alarm, from the controller's socket to the console's, beside a sample that does not. */
export const alarmLatencyBenchmark: Benchmark = {
  name: 'alarm-latency',
  measures: "B9 alarm to console socket, p99, idle and at half of B4's rate",
  async run(context) {
    await using cleanup = new AsyncDisposableStack();
    let [plant, background]: (Plant | undefined)[] = [];
    const { product, client } = await startFurnished(context, cleanup, async (database) => {
      background = await buildBackground(database);
      plant = await buildAlarmed(database);
    });
    if (!plant || !background) throw new Error('there is no plant');
    await defineAlarm(await RestSession.login(product.console), plant);
    const probe = ChildProgram.start<LiveRequest, LiveResult>('latency/live-probe.js');
    cleanup.defer(() => probe.stop());
    const { floor, controllers } = plant;
    await probe.ask({ kind: 'open', console: product.console, gateway: product.gateway, pointsRev: POINTS_REV, floor, controllers, alarmedEach: ALARMED_EACH });
    const idle = await measure(probe, context, 'idle', () => Promise.resolve());
    const ingest = await BackgroundIngest.start(product.gateway, background, context);
    cleanup.defer(() => ingest.stop());
    const busy = await measure(probe, context, "half of B4's rate", () => ingest.half(RUN_MS));
    await ingest.verify(client);
    busy.notes.push(ingest.describe());
    context.log('every value and every alarm arrived exactly once');
    return [idle, busy];
  },
};

async function measure(probe: ChildProgram<LiveRequest, LiveResult>, { log }: BenchmarkContext, when: string, meanwhile: () => Promise<void>): Promise<Figure> {
  log(`B9: values and alarms take turns, ${when}`);
  const send = async (kind: 'values' | 'alarms'): Promise<number> => {
    const rate = { count: COUNT, perSecond: PER_SECOND };
    const [latencies] = await Promise.all([probe.ask(kind === 'values' ? { kind, through: 'product', ...rate } : { kind, ...rate }), meanwhile()]);
    return percentile(latencies, 0.99);
  };
  return figure({
    ...{ name: `B9 alarm to console, ${when}, p99`, unit: 'ms', target: 1.5, better: 'lower' },
    ...(await interleave(COUNTED_RUNS, () => send('values'), () => send('alarms'))),
    notes: [`${PER_SECOND} a second, ${COUNT} a run; raw is our own value to console, which gathers changes for up to 100 ms; alarms are not gathered`],
  });
}

async function buildAlarmed(client: pg.Client): Promise<Plant> {
  const plant = await buildPlant(client, CONTROLLERS, POINTS_EACH, POINTS_REV, 'Alarmed');
  const alarmed = plant.controllers.flatMap(({ points }) => points.slice(-ALARMED_EACH));
  await client.query('UPDATE points SET brick_class = $1 WHERE id = ANY ($2::uuid[])', [BRICK_CLASS, alarmed]);
  return plant;
}

async function defineAlarm(admin: RestSession, { building, floor }: Plant): Promise<void> {
  await admin.post('/alarm-definitions', {
    ...{ target: { kind: 'class', brickClass: BRICK_CLASS, building, floor }, name: 'Too high', condition: 'HI', limit: LIMIT },
    ...{ priority: 1, ackOnActive: false, consequence: '', action: '' },
  });
}
