import { setTimeout as after } from 'node:timers/promises';
import type { MemoryProbe } from '@cupola/testing';
import type { Benchmark } from '../benchmark.js';
import { figure, interleave } from '../measure.js';
import { type Fleet, HEARTBEAT_MS, openArena, SESSIONS } from './arena.js';
import type { FleetRequest } from './fleet-messages.js';

const COUNTED_RUNS = 5;
/** Buffers of the handshake are let go by then. */
const SETTLE_MS = 3_000;

/** B1: bytes that one idle session costs the process that holds it. */
export const sessionsBenchmark: Benchmark = {
  name: 'sessions',
  measures: `B1 memory of an idle session, ${SESSIONS} of them`,
  async run(context) {
    await using cleanup = new AsyncDisposableStack();
    const arena = await openArena(context, cleanup, { CUPOLA_TICKETS_PER_SECOND: '100000' });
    const { product, devices, raw } = arena;
    const ours = async (): Promise<number> => {
      const bytes = await bytesEach(arena.productMemory, arena.ourFleet, { kind: 'connect', gateway: product.gateway, devices, hello: true });
      context.log(`ours ${Math.round(bytes)} bytes a session`);
      return bytes;
    };
    const runs = await interleave(COUNTED_RUNS, () => bytesEach(arena.rawMemory, arena.rawFleet, { kind: 'connectRaw', address: raw, count: SESSIONS }), ours);
    return [
      figure({
        ...{ name: 'B1 memory per idle session', unit: 'bytes', target: 2, better: 'lower' },
        ...runs,
        notes: ['heap and what lies beside it after a collection, of the whole product in one process (gateway and backend) against a bare ws server; what the kernel keeps is in neither'],
      }),
    ];
  },
};

async function bytesEach(memory: MemoryProbe, fleet: Fleet, request: FleetRequest): Promise<number> {
  const before = await memory.bytes();
  // The first ones would be given up for lost while the last ones connect.
  await fleet.ask({ kind: 'ping', everyMs: HEARTBEAT_MS });
  const { open } = await fleet.ask(request);
  if (open !== SESSIONS) throw new Error(`${open} of ${SESSIONS} sessions stand`);
  await after(SETTLE_MS);
  const full = await memory.bytes();
  await fleet.ask({ kind: 'closeAll' });
  await after(SETTLE_MS);
  return (full - before) / SESSIONS;
}
