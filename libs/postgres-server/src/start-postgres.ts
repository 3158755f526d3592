import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { nativeFolder } from './binaries.js';
import { checkVersion, clusterOf, ensureCluster, type Place } from './cluster.js';
import { answers, connectionUrl } from './connection.js';
import { anyFreePort, rememberedPort } from './free-port.js';
import { launch } from './launch.js';
import { clusterHome, runnableFolder, versionOf } from './placement.js';
import { explain, PostgresError } from './postgres-error.js';
import { disarmStaleFile, findPostmaster } from './postmaster-file.js';
import { hasEndedWithin, isPostgresOf } from './process-state.js';
import { send, stopPostmaster } from './stop-postgres.js';
import { postgresAccount } from './system-user.js';

export interface PostgresOptions {
  /** Made when it is not there. Holds the cluster, the password, the port of last time and the log. */
  readonly dataDir: string;
  /** Takes one line for a person at a time. */
  readonly log: (line: string) => void;
  /** Default: the port of last time, or any free one. */
  readonly port?: number;
  /** For tests: nothing survives a crash of the machine, everything is quicker. */
  readonly volatile?: boolean;
}

export interface RunningPostgres {
  /** The superuser's connection. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** True when it ran already, left behind by a product that was killed. */
  readonly adopted: boolean;
  isRunning(): Promise<boolean>;
  /** Stops it and waits. Safe to call twice. */
  stop(): Promise<void>;
  /** Stops it without waiting and without flushing: it recovers at the next start. */
  abort(): void;
}

/**
 * Starts the bundled Postgres on a data directory, or adopts the one that still runs there. It listens on 127.0.0.1 only.
 * @throws PostgresError with one sentence for the person.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  try {
    const place = await prepare(options);
    const password = await ensureCluster(place, options.log);
    await checkVersion(clusterOf(place), await versionOf(place.native, place.account));
    return (await adopt(place, password, options.log)) ?? (await startFresh(place, password, options));
  } catch (error) {
    if (error instanceof PostgresError) throw error;
    throw explain(error instanceof Error ? error.message : String(error), options.dataDir);
  }
}

async function prepare({ dataDir: wanted, log, volatile = false }: PostgresOptions): Promise<Place> {
  await mkdir(wanted, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const dataDir = await realpath(wanted);
  const account = await postgresAccount(join(dataDir, 'cluster'), log);
  const home = await clusterHome(dataDir, account, log);
  return { dataDir, home, account, volatile, native: await runnableFolder(nativeFolder(), account, log) };
}

/** Takes over a Postgres that still runs in this cluster; one that cannot be used is stopped. */
async function adopt(place: Place, password: string, log: (line: string) => void): Promise<RunningPostgres | undefined> {
  const cluster = clusterOf(place);
  for (;;) {
    const found = await findPostmaster(cluster);
    if (!found) return undefined;
    const url = connectionUrl(found.port, password);
    const answer = found.status === 'stopping' ? 'stopping' : await answers(url);
    if (answer === 'yes') {
      log(`The database was still running (process ${found.pid}): using it.`);
      return running(place, found.pid, found.port, url, true, log);
    }
    if (answer === 'stopping') await hasEndedWithin(found.pid, 30_000);
    if (answer === 'starting') await after(50);
    else {
      log(`A database that cannot be used was still running (process ${found.pid}): stopping it.`);
      await stopPostmaster(found.pid, cluster, place.native, log);
    }
  }
}

async function startFresh(place: Place, password: string, { port: wanted, log }: PostgresOptions): Promise<RunningPostgres> {
  await disarmStaleFile(clusterOf(place));
  let port = wanted ?? (await rememberedPort(place.dataDir));
  for (let attempt = 1; ; attempt += 1) {
    const started = await launch(place, port);
    if ('pid' in started) {
      await writeFile(join(place.dataDir, 'port'), `${port}\n`, { mode: 0o600 });
      return running(place, started.pid, port, connectionUrl(port, password), false, log);
    }
    if (attempt > 20) throw explain(started.failure, place.home);
    if (/could not bind|could not create any TCP/.test(started.failure)) {
      if (wanted !== undefined) throw new PostgresError('NO_PORT', `Port ${wanted} of 127.0.0.1, meant for the database, is taken by another program.`);
      port = await anyFreePort();
    } else if (/pre-existing shared memory block/.test(started.failure)) {
      // The last sessions of a postmaster that was killed: they notice and end by themselves.
      await after(250);
    } else throw explain(started.failure, place.home);
  }
}

function running(place: Place, pid: number, port: number, url: string, adopted: boolean, log: (line: string) => void): RunningPostgres {
  let stopped: Promise<void> | undefined;
  return {
    ...{ url, port, pid, adopted },
    isRunning: () => isPostgresOf(pid, clusterOf(place)),
    stop: () => (stopped ??= stopPostmaster(pid, clusterOf(place), place.native, log)),
    abort: () => send(pid, 'SIGQUIT'),
  };
}
