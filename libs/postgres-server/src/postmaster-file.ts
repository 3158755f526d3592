import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isPostgresOf } from './process-state.js';

/** What Postgres writes about itself into `postmaster.pid`. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly status: string;
}

/** The file's content, or undefined when there is none or it is not complete yet. */
export async function readPostmasterFile(cluster: string): Promise<Postmaster | undefined> {
  const text = await readFile(file(cluster), 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Math.abs(Number(lines[0]));
  if (!Number.isInteger(pid) || pid < 1) return undefined;
  return { pid, port: Number(lines[3]), status: lines[7] ?? '' };
}

/** The Postgres that already runs in `cluster`, left behind by a product that was killed. */
export async function findPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const found = await readPostmasterFile(cluster);
  return found && (await isPostgresOf(found.pid, cluster)) ? found : undefined;
}

/**
 * Makes a stale file harmless. Postgres sees by itself that a dead process left it, but not when another program has its number by now, nor when
 * the dead process is still a zombie. The file is not removed: its last lines let Postgres find survivors of the dead postmaster in shared
 * memory. The number of its own parent is one that Postgres takes as stale.
 */
export async function disarmStaleFile(cluster: string): Promise<void> {
  const found = await readPostmasterFile(cluster);
  if (!found || (await isPostgresOf(found.pid, cluster))) return;
  const text = await readFile(file(cluster), 'utf8');
  await writeFile(file(cluster), text.replace(/^-?\d+/, String(process.pid)));
}

function file(cluster: string): string {
  return join(cluster, 'postmaster.pid');
}
