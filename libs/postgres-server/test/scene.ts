import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach } from 'vitest';
import { startPostgres, type PostgresOptions, type RunningPostgres } from '../src/index.js';
import { findPostmaster } from '../src/postmaster-file.js';

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A data directory that is not there yet. */
export async function newDirectory(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cupola-postgres-spec-'));
  // As root, Postgres runs as a system user, which has to get in.
  await chmod(folder, 0o711);
  cleanUps.push(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));
  return join(folder, 'postgres');
}

/** Starts Postgres in this process, and stops it when the test is over. */
export async function start(dataDir: string, options: Partial<PostgresOptions> = {}): Promise<RunningPostgres & { lines: string[] }> {
  const lines: string[] = [];
  const postgres = await startPostgres({ dataDir, log: (line) => lines.push(line), volatile: true, ...options });
  cleanUps.push(() => postgres.stop());
  return { ...postgres, lines };
}

export async function ask<T>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

/** A separate Node process that runs `startPostgres` on the directory. */
export function startInChild(dataDir: string, env: NodeJS.ProcessEnv = process.env): { child: ChildProcess; started: Promise<{ pid: number; port: number }> } {
  const child = spawn(process.execPath, [fileURLToPath(new URL('start-and-stay.mjs', import.meta.url)), dataDir], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  cleanUps.push(async () => {
    await kill(child);
    const left = await findPostmaster(join(dataDir, 'cluster'));
    if (left) process.kill(left.pid, 'SIGQUIT');
  });
  const started = new Promise<{ pid: number; port: number }>((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const line = text.split('\n').find((candidate) => candidate.startsWith('{') && candidate.endsWith('}'));
      if (line) resolve(JSON.parse(line) as { pid: number; port: number });
    });
    child.once('exit', () => reject(new Error(`The child ended: ${text}`)));
  });
  started.catch(() => undefined);
  return { child, started };
}

/** kill -9, and waits until the process is gone. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

export async function waitUntil(condition: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + 60_000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Not within 60 s: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
