import { spawn } from 'node:child_process';
import { ROOT } from './folders.mjs';

/** No service in the background, nothing sent to anybody. */
export const QUIET = { NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NG_CLI_ANALYTICS: 'false', NX_TUI: 'false' };

/** Runs a Node program with its output on this terminal, and resolves to its exit status. */
export function runNode(args, { cwd = ROOT, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd, env: { ...process.env, ...QUIET, ...env }, stdio: 'inherit' });
    child.once('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.once('exit', (status) => resolve(status ?? 1));
  });
}

/** Runs one step of several under a heading, and says how long it took. Resolves to true when it went well. */
export async function step(title, work) {
  const start = performance.now();
  console.log(`\n== ${title}`);
  const status = await work();
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  console.log(`== ${title}: ${status === 0 ? 'done' : 'FAILED'} in ${seconds} s`);
  return status === 0;
}
