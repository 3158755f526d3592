import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { binary } from './binaries.js';
import { writeDurably } from './password.js';
import { PostgresError } from './postgres-error.js';
import { runProgram, type Account } from './run-program.js';

/** Where another account's Postgres can always get at. */
const REACHABLE = '/var/lib/cupola';

/** The folder that holds the cluster: the data directory itself, or a reachable one that the data directory names. */
export async function clusterHome(dataDir: string, account: Account | undefined, log: (line: string) => void): Promise<string> {
  const pointer = join(dataDir, 'cluster-location');
  const named = (await readFile(pointer, 'utf8').catch(() => '')).trim();
  if (named !== '') return named;
  if (!account || existsSync(join(dataDir, 'cluster')) || (await mayEnter(dataDir, account))) return dataDir;
  // A random name: a data directory that was removed by hand and made anew must not meet its predecessor's cluster, whose password is gone.
  const home = join(REACHABLE, randomBytes(8).toString('hex'));
  await mkdir(home, { recursive: true, mode: 0o711 });
  await chmod(home, 0o711);
  await writeDurably(join(home, 'belongs-to'), `${dataDir}\n`);
  await writeDurably(pointer, `${home}\n`);
  log(`The database's system user cannot reach ${dataDir}: its files are in ${home}.`);
  return home;
}

/** The programs' folder, or a copy of it when the account cannot run them where they are. */
export async function runnableFolder(native: string, account: Account | undefined, log: (line: string) => void): Promise<string> {
  if (!account || (await versionOf(native, account)) !== undefined) return native;
  const name = createHash('sha256').update(native).update(String(await versionOf(native))).digest('hex').slice(0, 16);
  const copy = join(REACHABLE, `postgres-${name}`);
  if (existsSync(copy) && (await versionOf(copy, account)) !== undefined) return copy;
  const draft = `${copy}.new-${randomBytes(4).toString('hex')}`;
  await mkdir(REACHABLE, { recursive: true, mode: 0o755 });
  await cp(native, draft, { recursive: true, verbatimSymlinks: true });
  await runProgram('chmod', ['-R', 'a+rX', draft]);
  await rm(copy, { recursive: true, force: true });
  await rename(draft, copy);
  log(`The database's system user cannot reach ${native}: copied the Postgres programs to ${copy}.`);
  if ((await versionOf(copy, account)) === undefined) {
    throw new PostgresError('NO_BINARIES', `The Postgres programs do not run for the system user in ${copy} either: start as an ordinary user.`);
  }
  return copy;
}

/** The major version of the programs, undefined when they do not run for the account. */
export async function versionOf(native: string, account?: Account): Promise<number | undefined> {
  const { status, output } = await runProgram(binary(native, 'postgres'), ['--version'], account);
  const major = status === 0 ? /(\d+)(\.|devel|beta)/.exec(output)?.[1] : undefined;
  return major === undefined ? undefined : Number(major);
}

async function mayEnter(dir: string, account: Account): Promise<boolean> {
  // Asked of the system itself rather than computed from mode bits, which know nothing of access lists and mounts.
  return (await runProgram('/bin/sh', ['-c', 'cd "$1"', 'sh', dir], account)).status === 0;
}
