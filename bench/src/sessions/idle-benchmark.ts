import { setTimeout as after } from 'node:timers/promises';
import type { Benchmark } from '../benchmark.js';
import { figure, interleave } from '../measure.js';
import { HEARTBEAT_MS, openArena, processorSeconds, SESSIONS } from './arena.js';

const COUNTED_RUNS = 5;
const WINDOW_MS = 15_000;

/** B16: what ten thousand sessions cost that do nothing but stay. */
export const idleBenchmark: Benchmark = {
  name: 'idle',
  measures: `B16 processor at ${SESSIONS} idle sessions with heartbeats each 30 s`,
  async run(context) {
    await using cleanup = new AsyncDisposableStack();
    const { product, devices, raw, rawPid, ourFleet, rawFleet } = await openArena(context, cleanup, { CUPOLA_TICKETS_PER_SECOND: '100000' });
    await ourFleet.ask({ kind: 'connect', gateway: product.gateway, devices, hello: true });
    await rawFleet.ask({ kind: 'connectRaw', address: raw, count: SESSIONS });
    for (const fleet of [ourFleet, rawFleet]) await fleet.ask({ kind: 'ping', everyMs: HEARTBEAT_MS });
    const share = async (pid: number): Promise<number> => {
      const [before, beganAt] = [await processorSeconds(pid), performance.now()];
      await after(WINDOW_MS);
      const percent = ((await processorSeconds(pid)) - before) / ((performance.now() - beganAt) / 100_000);
      context.log(`${pid === product.pid ? 'ours' : 'raw'} ${percent.toFixed(2)} % of one core`);
      return percent;
    };
    const runs = await interleave(COUNTED_RUNS, () => share(rawPid), () => share(product.pid));
    return [
      figure({
        ...{ name: 'B16 processor, idle', unit: '% of one core', target: 3, better: 'lower' },
        ...{ ours: runs.ours, raw: runs.raw, ratios: runs.ours },
        notes: ['the target is a share of one core, not a ratio; the whole product in one process, database not counted'],
      }),
    ];
  },
};
