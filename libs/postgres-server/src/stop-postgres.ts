import { binary } from './binaries.js';
import { hasEndedWithin, isRunning } from './process-state.js';
import { runProgram } from './run-program.js';

const FAST_LIMIT_MS = 30_000;
const IMMEDIATE_LIMIT_MS = 5_000;

/** Stops a postmaster: fast (open transactions roll back, everything is flushed), then immediately, then by force. */
export async function stopPostmaster(pid: number, cluster: string, native: string, log: (line: string) => void): Promise<void> {
  if (!(await isRunning(pid))) return;
  if (process.platform === 'win32') {
    await runProgram(binary(native, 'pg_ctl'), ['stop', '-D', cluster, '-m', 'fast', '-t', String(FAST_LIMIT_MS / 1_000)]);
    return;
  }
  send(pid, 'SIGINT');
  if (await hasEndedWithin(pid, FAST_LIMIT_MS)) return;
  log(`The database did not stop within ${FAST_LIMIT_MS / 1_000} s: stopping it at once, it recovers at the next start.`);
  send(pid, 'SIGQUIT');
  if (await hasEndedWithin(pid, IMMEDIATE_LIMIT_MS)) return;
  send(pid, 'SIGKILL');
  await hasEndedWithin(pid, IMMEDIATE_LIMIT_MS);
}

/** Signals a process that may have ended already. */
export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended in the meantime, which is what the signal was for.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
