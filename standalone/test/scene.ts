import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import { freePort, waitFor } from '@cupola/testing';

const ENTRY = fileURLToPath(new URL('../dist/main.js', import.meta.url));
/** Whole programs start here, on a machine that may be busy. */
export const PATIENTLY = { timeoutMs: 60_000 };
const cleanUps: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

export function afterwards(cleanUp: () => Promise<unknown> | unknown): void {
  cleanUps.push(cleanUp);
}

/** A place for one installation: a data directory that is not there yet, and two free ports. */
export interface Installation {
  readonly dataDir: string;
  readonly port: number;
  readonly gatewayPort: number;
}

export async function newInstallation(): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'cupola-standalone-spec-'));
  await chmod(folder, 0o711);
  afterwards(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));
  const installation = { dataDir: join(folder, 'data'), port: await freePort(), gatewayPort: await freePort() };
  // Whatever a test kills leaves its Postgres behind, as it should.
  afterwards(async () => {
    const pid = await postgresOf(installation);
    if (pid !== undefined) process.kill(pid, 'SIGQUIT');
    await waitFor(async () => (await postgresOf(installation)) === undefined, PATIENTLY);
  });
  return installation;
}

export interface Run {
  readonly child: ChildProcess;
  /** Everything that was printed so far. */
  output(): string;
  /** Resolves once the product says that it runs. */
  ready(): Promise<void>;
  /** Resolves with the exit status, or the name of the signal that ended it. */
  ended(): Promise<number | string>;
}

/** `node standalone/dist/main.js` as a process of its own. */
export function run({ dataDir, port, gatewayPort }: Installation, env: NodeJS.ProcessEnv = {}): Run {
  const child = spawn(process.execPath, [ENTRY], {
    cwd: tmpdir(),
    env: { ...withoutOwnSettings(), CUPOLA_DATA_DIR: dataDir, CUPOLA_PORT: String(port), CUPOLA_GATEWAY_PORT: String(gatewayPort), CUPOLA_DEMO: 'off', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<number | string>((resolve) => child.once('close', (status, signal) => resolve(status ?? signal ?? 'unknown')));
  afterwards(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    child,
    output: () => text,
    ended: () => ended,
    async ready() {
      await Promise.race([
        waitFor(() => text.includes('Cupola is running.'), PATIENTLY),
        ended.then((status) => Promise.reject(new Error(`It ended with ${status}:\n${text}`))),
      ]);
    },
  };
}

/** The number of the Postgres that works in the installation's data directory, if one does. */
export async function postgresOf({ dataDir }: Installation): Promise<number | undefined> {
  const pointer = await readFile(join(dataDir, 'postgres', 'cluster-location'), 'utf8').catch(() => join(dataDir, 'postgres'));
  const text = await readFile(join(pointer.trim(), 'cluster', 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  if (!pid) return undefined;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return /\(postgres\) [^ZX]/.test(stat) ? pid : undefined;
}

export async function isHealthy(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/health/ready`).then(
    ({ ok }) => ok,
    // Nobody listens yet, or any more.
    () => false,
  );
}

function withoutOwnSettings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(CUPOLA_|DATABASE_URL|NATS_URL|LANG$|LC_)/.test(name)));
}
