import { readFile, readlink, realpath } from 'node:fs/promises';
import { runProgram } from './run-program.js';

/** True while the process runs. A zombie is dead: where nobody reaps orphans (many containers) it stays visible for ever. */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  if (process.platform !== 'linux') return true;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) [ZX] /.test(stat);
}

/** True when the process is a Postgres that works in `cluster`: a process number alone proves nothing after a reboot. */
export async function isPostgresOf(pid: number, cluster: string): Promise<boolean> {
  if (!(await isRunning(pid))) return false;
  if (process.platform === 'linux') {
    const [cwd, name, own] = await Promise.all([
      readlink(`/proc/${pid}/cwd`).catch(() => ''),
      readFile(`/proc/${pid}/comm`, 'utf8').catch(() => ''),
      realpath(cluster).catch(() => cluster),
    ]);
    return name.trim() === 'postgres' && cwd === own;
  }
  if (process.platform === 'win32') {
    const { output } = await runProgram('tasklist', ['/FI', `PID eq ${pid}`, '/NH']);
    return output.toLowerCase().includes('postgres.exe');
  }
  const { output } = await runProgram('ps', ['-p', String(pid), '-o', 'command=']);
  return output.includes('postgres') && output.includes(cluster);
}

/** Resolves to true once the process has ended, to false when it still runs after `limitMs`. */
export async function hasEndedWithin(pid: number, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (await isRunning(pid)) {
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}
