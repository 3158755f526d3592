import { chmod, link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startOf } from './process-identity.js';
import { StartError } from './start-error.js';

interface Owner {
  readonly pid: number;
  readonly started: string;
  readonly url: string;
}

/** The directory that this process alone may use until it releases it. */
export interface OwnedDirectory {
  release(): Promise<void>;
}

/**
 * Makes the directory if need be and takes it over. A lock whose process is gone (kill -9, power cut) is replaced.
 * @throws StartError naming the process and the address of a product that already runs on it, or why it cannot be written.
 */
export async function ownDirectory(dataDir: string, url: string): Promise<OwnedDirectory> {
  const lock = join(dataDir, 'lock');
  const draft = `${lock}.${process.pid}`;
  const own: Owner = { pid: process.pid, started: (await startOf(process.pid)) ?? '', url };
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    if (process.getuid?.() === 0) await letPass(dataDir);
    await writeFile(draft, JSON.stringify(own), { mode: 0o600 });
  } catch (error) {
    throw new StartError(`The data directory ${dataDir} cannot be written (${(error as NodeJS.ErrnoException).code}): choose another with CUPOLA_DATA_DIR.`);
  }
  try {
    while (!(await isTaken(draft, lock))) await removeStale(lock, dataDir);
  } finally {
    await rm(draft, { force: true });
  }
  return { release: () => rm(lock, { force: true }) };
}

/** As root, Postgres runs as a system user, which has to get through to its own folder. Nothing else in here is open to it: files with secrets are mode 600. */
async function letPass(dataDir: string): Promise<void> {
  const { mode } = await stat(dataDir);
  await chmod(dataDir, mode | 0o011);
}

/** A link appears at once and with its content, or fails because there is one. */
async function isTaken(draft: string, lock: string): Promise<boolean> {
  try {
    await link(draft, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function removeStale(lock: string, dataDir: string): Promise<void> {
  const text = await readFile(lock, 'utf8').catch(() => '');
  const owner = parse(text);
  if (owner && (await startOf(owner.pid)) === owner.started) {
    throw new StartError(
      `Cupola already runs on ${dataDir} (process ${owner.pid}) at ${owner.url}: stop it first, or choose another directory with CUPOLA_DATA_DIR and other ports.`,
    );
  }
  // Another start may have replaced the stale lock in between: what was moved away tells, and goes back if it is theirs.
  const aside = `${lock}.stale-${process.pid}`;
  await rename(lock, aside).catch(() => undefined);
  const moved = await readFile(aside, 'utf8').catch(() => text);
  if (moved !== text) await link(aside, lock).catch(() => undefined);
  await rm(aside, { force: true });
}

function parse(text: string): Owner | undefined {
  try {
    return JSON.parse(text) as Owner;
  } catch {
    // Cut off by a full disk or a power cut: nobody holds it.
    return undefined;
  }
}
