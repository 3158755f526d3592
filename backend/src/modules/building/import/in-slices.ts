import { setImmediate as breathe } from 'node:timers/promises';

const SLICE = 2000;

/** Maps a long list with pauses, so that controllers are heard while a campus is imported. */
export async function inSlices<T, R>(items: readonly T[], map: (item: T) => R): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += SLICE) {
    for (const item of items.slice(at, at + SLICE)) results.push(map(item));
    await breathe();
  }
  return results;
}
