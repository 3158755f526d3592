import { startPostgres, type RunningPostgres } from '@cupola/postgres-server';
import { join } from 'node:path';

const LOOK_EVERY_MS = 1_000;

/** Starts Postgres again on its port when it dies under the product (the system's out-of-memory killer, a person): backend connects again by itself. */
export function keepPostgresRunning(first: RunningPostgres, dataDir: string, log: (line: string) => void): Pick<RunningPostgres, 'stop' | 'abort'> {
  let current = first;
  let busy: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    if (await current.isRunning()) return;
    log('The database has died: starting it again.');
    try {
      current = await startPostgres({ dataDir: join(dataDir, 'postgres'), port: first.port, log });
      log('The database runs again.');
    } catch (error) {
      log(`The database does not start again: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    busy = look().finally(() => (isLooking = false));
  }, LOOK_EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await busy;
      await current.stop();
    },
    abort: () => current.abort(),
  };
}
