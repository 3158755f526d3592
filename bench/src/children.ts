import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const running = new Set<ChildProcess>();
let isOver = false;

/** Remembers a process that a benchmark started, so that it does not outlive it. */
export function watchOver<Child extends ChildProcess>(child: Child): Child {
  running.add(child);
  child.once('exit', () => running.delete(child));
  if (isOver) child.kill('SIGKILL');
  return child;
}

/** Ends whatever an interrupted benchmark has left running, and whatever it still starts. Nothing of it is worth keeping. */
export async function killChildren(): Promise<void> {
  isOver = true;
  const exits = [...running].map((child) => once(child, 'exit'));
  for (const child of running) child.kill('SIGKILL');
  await Promise.all(exits);
}
