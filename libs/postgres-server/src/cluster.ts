import { existsSync } from 'node:fs';
import { chown, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { binary } from './binaries.js';
import { makePassword, readPassword } from './password.js';
import { explain, PostgresError } from './postgres-error.js';
import { runProgram, type Account } from './run-program.js';

const DRAFT = 'cluster-draft-';

export interface Place {
  /** Holds the password and the log; belongs to the person. */
  readonly dataDir: string;
  /** Holds the cluster; nearly always the same folder. */
  readonly home: string;
  readonly native: string;
  readonly account: Account | undefined;
  readonly volatile: boolean;
}

/** The cluster's folder of a place. */
export function clusterOf(place: Pick<Place, 'home'>): string {
  return join(place.home, 'cluster');
}

/** Makes the cluster if there is none, and returns its superuser's password. A cluster is there whole or not at all. */
export async function ensureCluster(place: Place, log: (line: string) => void): Promise<string> {
  await removeDrafts(place.home);
  const known = await readPassword(place.dataDir);
  if (existsSync(join(clusterOf(place), 'PG_VERSION'))) return known ?? passwordLost(place);
  const password = known ?? (await makePassword(place.dataDir));
  log('First start: making the database.');
  await initialise(place, password);
  return password;
}

/** Refuses a cluster that another major version of Postgres wrote. */
export async function checkVersion(cluster: string, programs: number | undefined): Promise<void> {
  const written = Number((await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim());
  if (written === programs) return;
  throw new PostgresError(
    'VERSION_MISMATCH',
    `The database in ${cluster} was written by Postgres ${written}, and this release brings Postgres ${programs}: start the release that wrote it and move the content over with pg_dump.`,
  );
}

async function initialise(place: Place, password: string): Promise<void> {
  const draft = await mkdtemp(join(place.home, DRAFT));
  try {
    const target = join(draft, 'cluster');
    const passwordFile = join(draft, 'password');
    await mkdir(target, { mode: 0o700 });
    await writeFile(passwordFile, password, { mode: 0o600 });
    for (const path of [draft, target, passwordFile]) if (place.account) await chown(path, place.account.uid, place.account.gid);
    const { status, output } = await runProgram(
      binary(place.native, 'initdb'),
      [
        ...['-D', target, '--username=cupola', `--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C', '--auth=scram-sha-256'],
        ...['--no-instructions', ...(place.volatile ? ['--no-sync', '--no-data-checksums'] : [])],
      ],
      place.account,
    );
    if (status !== 0) throw explain(output, place.home);
    await rename(target, clusterOf(place));
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** What an interrupted first start left. Its initdb may still be writing for a moment: hence the retries. */
async function removeDrafts(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (name.startsWith(DRAFT)) await rm(join(home, name), { recursive: true, force: true, maxRetries: 20 });
  }
}

function passwordLost(place: Place): never {
  throw new PostgresError(
    'PASSWORD_LOST',
    `The database in ${clusterOf(place)} is there but its password file ${join(place.dataDir, 'password')} is not: put it back from a backup.`,
  );
}
