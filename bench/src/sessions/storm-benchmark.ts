import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '@cupola/testing';
import type { Benchmark, BenchmarkContext } from '../benchmark.js';
import { ChildProgram } from '../child-program.js';
import { figure } from '../measure.js';
import { buildPlant } from '../plant.js';
import { startProduct } from '../product.js';
import { type Fleet, HEARTBEAT_MS, SESSIONS } from './arena.js';
import type { Device } from './fleet-messages.js';
import { POINTS_REV } from './points-rev.js';

const COUNTED_RUNS = 5;
const LEFT_BEHIND_AFTER_MS = 300_000;
/** How often it says how far they are. */
const NEWS_EVERY_MS = 5_000;

/** B3: everybody comes back after kill -9, as the shipped door lets them. */
export const stormBenchmark: Benchmark = {
  name: 'storm',
  measures: `B3 ${SESSIONS} controllers come back after a kill`,
  async run(context) {
    await using cleanup = new AsyncDisposableStack();
    const storm = await Storm.prepare(context, cleanup);
    await storm.run();
    const [ours, raw]: [number[], number[]] = [[], []];
    for (let round = 0; round < COUNTED_RUNS; round += 1) {
      const { seconds, allowedSeconds } = await storm.run();
      ours.push(seconds);
      raw.push(allowedSeconds);
    }
    return [
      figure({
        ...{ name: 'B3 storm', unit: 's', target: 1, better: 'lower' },
        ...{ ours, raw, ratios: ours.map((seconds, index) => seconds / (raw[index] ?? NaN)) },
        notes: [
          'from the first lost session until every controller has its WELCOME again; the start of the product is in it. "raw" is what is allowed: the spread that WELCOME pushed and three times the raw connect time',
          'nobody was left behind, or this had failed',
        ],
      }),
    ];
  },
};

class Storm {
  private constructor(
    private readonly context: BenchmarkContext,
    private readonly product: { start(): Promise<void>; kill(): Promise<void>; gateway: string },
    private readonly devices: Device[],
    private readonly fleet: Fleet,
    private readonly rawFleet: Fleet,
    private readonly rawAddress: string,
  ) {}

  static async prepare(context: BenchmarkContext, cleanup: AsyncDisposableStack): Promise<Storm> {
    const databaseUrl = await context.createDatabase();
    const dataDir = await mkdtemp(join(context.folder, 'product-'));
    const ports = { CUPOLA_PORT: String(await freePort()), CUPOLA_GATEWAY_PORT: String(await freePort()) };
    let running = await startProduct(databaseUrl, dataDir, ports);
    await running.stop();
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    const plant = await buildPlant(client, SESSIONS, 1, POINTS_REV);
    await client.end();
    running = await startProduct(databaseUrl, dataDir, ports);
    cleanup.defer(() => running.stop());
    const start = async (): Promise<void> => void (running = await startProduct(databaseUrl, dataDir, ports));
    const [fleet, rawFleet, rawServer] = [ChildProgram.start('sessions/fleet.js'), ChildProgram.start('sessions/fleet.js'), ChildProgram.start<object, string>('sessions/raw-server.js')] as const;
    for (const program of [fleet, rawFleet, rawServer]) cleanup.defer(() => program.stop());
    const product = { start, kill: () => running.kill(), gateway: running.gateway };
    const storm = new Storm(context, product, plant.controllers.map(({ id, secret }) => ({ id, secret })), fleet as Fleet, rawFleet as Fleet, await rawServer.ask({}));
    context.log(`${SESSIONS} controllers connect for the first time`);
    await storm.fleet.ask({ kind: 'ping', everyMs: HEARTBEAT_MS });
    await storm.fleet.ask({ kind: 'connect', gateway: running.gateway, devices: storm.devices, hello: true });
    return storm;
  }

  async run(): Promise<{ seconds: number; allowedSeconds: number }> {
    const raw = await this.rawFleet.ask({ kind: 'connectRaw', address: this.rawAddress, count: SESSIONS });
    await this.rawFleet.ask({ kind: 'closeAll' });
    const { spreadMs } = await this.fleet.ask({ kind: 'comeBack', gateway: this.product.gateway });
    const killedAt = performance.now();
    await this.product.kill();
    await this.product.start();
    const readyMs = performance.now() - killedAt;
    const backMs = await this.allBack();
    const text = [backMs, readyMs, spreadMs, raw.ms].map((ms) => (ms / 1000).toFixed(1));
    this.context.log(`all back after ${text[0]} s; the product was ready after ${text[1]} s, the spread was ${text[2]} s, raw connects took ${text[3]} s`);
    return { seconds: backMs / 1000, allowedSeconds: (spreadMs + 3 * raw.ms) / 1000 };
  }

  /** @throws Error when somebody is left behind */
  private async allBack(): Promise<number> {
    for (;;) {
      const { ms, open } = await this.fleet.ask({ kind: 'allBack', withinMs: NEWS_EVERY_MS });
      if (open === SESSIONS) return ms;
      this.context.log(`${open} of ${SESSIONS} are back after ${(ms / 1000).toFixed(0)} s`);
      if (ms > LEFT_BEHIND_AFTER_MS) throw new Error(`${SESSIONS - open} controllers were left behind`);
    }
  }
}
