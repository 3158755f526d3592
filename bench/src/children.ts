import type { ChildProcess } from 'node:child_process';

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
  // Not `once`: what is still said to a process that was killed is an error of it.
  const exits = [...running].map((child) => new Promise((resolve) => child.once('exit', resolve)));
  for (const child of running) child.kill('SIGKILL');
  await Promise.all(exits);
}
