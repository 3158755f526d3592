import { spawn } from 'node:child_process';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { binary } from './binaries.js';
import { clusterOf, type Place } from './cluster.js';
import { readPostmasterFile } from './postmaster-file.js';
import { isRunning } from './process-state.js';
import { cleanEnvironment, neutralDirectory } from './run-program.js';
import { postgresArguments } from './settings.js';

const LOG_LIMIT_BYTES = 10_000_000;
const READY_LIMIT_MS = 120_000;

export type Launch = { readonly pid: number } | { readonly failure: string };

/** Starts Postgres on a port and waits until it takes connections. */
export async function launch(place: Place, port: number): Promise<Launch> {
  const log = await openLog(place.dataDir);
  // Detached, so that Ctrl-C in a terminal reaches this program alone, which then stops Postgres last; and a log file instead of a pipe, so that
  // Postgres outlives a killed parent in good order.
  const child = spawn(binary(place.native, 'postgres'), postgresArguments(clusterOf(place), port, place.volatile), {
    cwd: neutralDirectory(),
    env: cleanEnvironment(),
    detached: true,
    stdio: ['ignore', log.handle.fd, log.handle.fd],
    ...place.account,
  });
  const failed = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', () => resolve(''));
  });
  child.unref();
  await log.handle.close();
  const said = await Promise.race([failed, ready(clusterOf(place), child.pid)]);
  if (said === undefined && child.pid !== undefined) return { pid: child.pid };
  const logged = (await readFile(log.path)).subarray(log.start).toString();
  return { failure: `${logged}\n${said ?? ''}` };
}

async function ready(cluster: string, pid: number | undefined): Promise<undefined | string> {
  const end = performance.now() + READY_LIMIT_MS;
  while (performance.now() < end) {
    const file = await readPostmasterFile(cluster);
    if (file?.pid === pid && file?.status === 'ready') return undefined;
    if (pid !== undefined && !(await isRunning(pid))) return '';
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return `it was not ready after ${READY_LIMIT_MS / 1_000} s`;
}

async function openLog(dataDir: string) {
  const path = join(dataDir, 'postgres.log');
  const size = await stat(path).then((found) => found.size, () => 0);
  const rotated = size > LOG_LIMIT_BYTES;
  if (rotated) await rename(path, `${path}.1`);
  return { path, start: rotated ? 0 : size, handle: await open(path, 'a', 0o600) };
}
