import type { Benchmark } from '../benchmark.js';
import { figure, interleave } from '../measure.js';
import { openArena, SESSIONS } from './arena.js';

const COUNTED_RUNS = 5;
/** A part of the controllers each time: nobody may have more than sixty tickets a minute. */
const EACH_RUN = Math.min(2_000, SESSIONS);

/** B2: how many controllers get a ticket and use it, each second. */
export const connectBenchmark: Benchmark = {
  name: 'connect',
  measures: 'B2 connect rate with ticket issue and consumption',
  async run(context) {
    await using cleanup = new AsyncDisposableStack();
    const { product, devices, raw, ourFleet, rawFleet } = await openArena(context, cleanup, { CUPOLA_TICKETS_PER_SECOND: '100000' });
    let next = 0;
    const ours = async (): Promise<number> => {
      const some = Array.from({ length: EACH_RUN }, (_, index) => devices[(next + index) % devices.length]).filter((device) => device !== undefined);
      next += EACH_RUN;
      const { ms } = await ourFleet.ask({ kind: 'connect', gateway: product.gateway, devices: some, hello: false });
      await ourFleet.ask({ kind: 'closeAll' });
      context.log(`ours ${Math.round((EACH_RUN * 1000) / ms)} a second`);
      return (EACH_RUN * 1000) / ms;
    };
    const bare = async (): Promise<number> => {
      const { ms } = await rawFleet.ask({ kind: 'connectRaw', address: raw, count: EACH_RUN });
      await rawFleet.ask({ kind: 'closeAll' });
      return (EACH_RUN * 1000) / ms;
    };
    return [
      figure({
        ...{ name: 'B2 connect rate', unit: 'connects/s', target: 0.5, better: 'higher' },
        ...(await interleave(COUNTED_RUNS, bare, ours)),
        notes: [`${EACH_RUN} a run, 64 at a time; ours is a ticket request and an upgrade, with both database transactions; raw is the upgrade alone. The door (CUPOLA_TICKETS_PER_SECOND) is opened wide`],
      }),
    ];
  },
};
