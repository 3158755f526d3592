import { freePort } from '@cupola/testing';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { watchOver } from './children.js';

const MAIN = join(import.meta.dirname, '..', '..', 'standalone', 'dist', 'main.js');
/** Of the account `admin`, which the first start on an empty database makes. */
export const ADMIN_PASSWORD = 'only for this benchmark';
const READY_WITHIN_MS = 60_000;
/** A folder where products leave a CPU profile of their whole life when they are stopped; those that are killed leave none. */
const PROFILES = process.env['CUPOLA_BENCH_PROFILES'];
const PROFILING = PROFILES === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${PROFILES}`, '--cpu-prof-interval=2000'];

/** The product as people start it, in a process of its own, on a database of ours. */
export interface Product {
  console: string;
  gateway: string;
  pid: number;
  stop(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
}

/** `env`: settings on top of the benchmark's own; ports among them make it come back where it was. */
export async function startProduct(databaseUrl: string, dataDir: string, env: NodeJS.ProcessEnv = {}): Promise<Product> {
  const port = Number(env['CUPOLA_PORT'] ?? (await freePort()));
  const gatewayPort = Number(env['CUPOLA_GATEWAY_PORT'] ?? (await freePort()));
  const child = watchOver(spawn(process.execPath, [...PROFILING, MAIN], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...{ DATABASE_URL: databaseUrl, CUPOLA_PORT: String(port), CUPOLA_GATEWAY_PORT: String(gatewayPort), CUPOLA_DATA_DIR: dataDir },
      ...{ CUPOLA_DEMO: 'off', CUPOLA_SITE_SAMPLES_PER_SECOND: '10000000', CUPOLA_ADMIN_PASSWORD: ADMIN_PASSWORD },
      ...env,
    },
  }));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said = `${said}${text.toString()}`.slice(-4000)));
  const exited = once(child, 'exit');
  const product = { console: `http://127.0.0.1:${port}`, gateway: `http://127.0.0.1:${gatewayPort}` };
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(await isReady(product.console)) || !(await isReady(product.gateway))) {
    if (child.exitCode !== null || child.signalCode !== null || performance.now() > deadline) throw new Error(`The product did not start:\n${said}`);
    await after(100);
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await exited;
  };
  return { ...product, pid: child.pid ?? 0, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/ready`)).ok;
  } catch {
    // Nobody listens yet.
    return false;
  }
}
