import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { freePort, MemoryProbe } from '@cupola/testing';
import { ChildProgram } from '../child-program.js';
import type { BenchmarkContext } from '../benchmark.js';
import { startFurnished } from '../latency/furnished-product.js';
import { buildPlant } from '../plant.js';
import type { Product } from '../product.js';
import type { Device, FleetRequest, FleetResult } from './fleet-messages.js';
import { POINTS_REV } from './points-rev.js';

export type Fleet = ChildProgram<FleetRequest, FleetResult>;

/** How many sessions the benchmarks hold. */
export const SESSIONS = Number(process.env['CUPOLA_BENCH_SESSIONS'] ?? 10_000);
/** How often a controller that has nothing else to say says PING: whoever is silent for two of these is dropped. */
export const HEARTBEAT_MS = 30_000;
/** Files that a process opens besides its sockets. */
const OTHER_FILES = 500;
const TICKS_PER_SECOND = 100;

export interface Arena {
  product: Product;
  devices: Device[];
  productMemory: MemoryProbe;
  /** Address of the raw server. */
  raw: string;
  rawPid: number;
  rawMemory: MemoryProbe;
  /** Load generators: one for each side, so that neither works with a process that the other has filled. */
  ourFleet: Fleet;
  rawFleet: Fleet;
}

/** The product with `SESSIONS` registered controllers, the raw server, and a fleet for each. */
export async function openArena(context: BenchmarkContext, cleanup: AsyncDisposableStack, env: NodeJS.ProcessEnv = {}): Promise<Arena> {
  checkFileLimit();
  const [ours, raws] = [await freePort(), await freePort()];
  const devices: Device[] = [];
  const furnish = async (client: Parameters<typeof buildPlant>[0]): Promise<void> => {
    const plant = await buildPlant(client, SESSIONS, 1, POINTS_REV);
    devices.push(...plant.controllers.map(({ id, secret }) => ({ id, secret })));
  };
  const { product } = await startFurnished(context, cleanup, furnish, { ...env, NODE_OPTIONS: `--inspect=127.0.0.1:${ours}` });
  const rawServer = ChildProgram.start<object, string>('sessions/raw-server.js', [`--inspect=127.0.0.1:${raws}`]);
  cleanup.defer(() => rawServer.stop());
  const raw = await rawServer.ask({});
  const [ourFleet, rawFleet] = [startFleet(cleanup), startFleet(cleanup)];
  const [productMemory, rawMemory] = [await MemoryProbe.open(ours), await MemoryProbe.open(raws)];
  cleanup.defer(() => [productMemory, rawMemory].forEach((probe) => probe.close()));
  return { product, devices, productMemory, raw, rawPid: rawServer.pid, rawMemory, ourFleet, rawFleet };
}

function startFleet(cleanup: AsyncDisposableStack): Fleet {
  const fleet: Fleet = ChildProgram.start('sessions/fleet.js');
  cleanup.defer(() => fleet.stop());
  return fleet;
}

/** Node raises its soft limit to the hard one by itself. */
function checkFileLimit(): void {
  const text = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
  if (text !== 'unlimited' && Number(text) < SESSIONS + OTHER_FILES) {
    throw new Error(`A process may open ${text} files here, ${SESSIONS} sessions need ${SESSIONS + OTHER_FILES}: raise the limit (ulimit -Hn), or set CUPOLA_BENCH_SESSIONS.`);
  }
}

/** Seconds of processor time that a process has used. */
export async function processorSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
