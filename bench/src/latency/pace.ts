import { setTimeout as after } from 'node:timers/promises';

/** Acts `count` times, evenly spread. What is late because the machine was is made up for. */
export async function pace(count: number, perSecond: number, act: (index: number) => void): Promise<void> {
  const began = performance.now();
  for (let index = 0; index < count; index += 1) {
    const wait = began + (index * 1000) / perSecond - performance.now();
    if (wait > 0) await after(wait);
    act(index);
  }
}
