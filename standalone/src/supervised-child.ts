import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface ChildProgram {
  /** Stands before every line that it prints. */
  readonly name: string;
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
  readonly print: (line: string) => void;
}

export interface SupervisedChild {
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
  abort(): void;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** A child that ran this long was well: the next wait is short again. */
const STABLE_MS = 60_000;
const GRACE_MS = 8_000;

/** Runs a program as a child process and starts it again whenever it ends, later and later while it keeps ending. */
export function superviseChild({ name, file, env, print }: ChildProgram): SupervisedChild {
  let child: ChildProcess | null = null;
  let isStopping = false;
  let waitMs = FIRST_WAIT_MS;
  let again: NodeJS.Timeout | undefined;
  const start = () => {
    const startedAt = performance.now();
    // The channel tells the child when this process is gone, however it ended.
    const started = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => print(`${name}: ${line}`));
    }
    started.once('error', (error) => print(`${name}: does not start: ${error.message}`));
    started.once('close', (status, signal) => {
      child = null;
      if (isStopping) return;
      if (performance.now() - startedAt > STABLE_MS) waitMs = FIRST_WAIT_MS;
      print(`${name}: ended (${signal ?? status}), starts again in ${waitMs / 1000} s`);
      again = setTimeout(start, waitMs);
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    });
  };
  start();
  return {
    async stop() {
      isStopping = true;
      clearTimeout(again);
      if (child !== null) await end(child);
    },
    abort() {
      isStopping = true;
      clearTimeout(again);
      child?.kill('SIGKILL');
    },
  };
}

/** Asks it to end, and ends it when it does not. */
async function end(running: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => running.once('close', resolve));
  running.kill('SIGTERM');
  const late = setTimeout(() => running.kill('SIGKILL'), GRACE_MS);
  await gone;
  clearTimeout(late);
}
