import { randomBytes } from 'node:crypto';
import { mkdtemp, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqliteStore, StoreDamaged, type SqliteStore, type StoredFrame, type StreamStore } from '../src/index.js';

let folder: string;
const opened: SqliteStore[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cupola-store-'));
});
afterEach(async () => {
  for (const store of opened.splice(0)) store.close();
  await rm(folder, { recursive: true });
});

const path = () => join(folder, 'deep/samples.db');
function openStore(options: Parameters<typeof sqliteStore>[1] = {}): SqliteStore {
  const store = sqliteStore(path(), options);
  opened.push(store);
  return store;
}
function reopen(options: Parameters<typeof sqliteStore>[1] = {}): SqliteStore {
  opened.pop()?.close();
  return openStore(options);
}
const frame = (n: number, over: Partial<StoredFrame> = {}): StoredFrame => ({ lane: 0, rows: [['temp', n, 0, 1000 * n]], ...over });
function fill(stream: StreamStore, from: number, to: number): void {
  opened.at(-1)?.together(() => {
    for (let n = from; n <= to; n += 1) stream.append(frame(n));
  });
}
const range = ({ oldest, next }: StreamStore) => [oldest, next];

describe('a store on disk', () => {
  it('is the same one after a restart, and only its owner may read it', async () => {
    const before = openStore();
    fill(before.live, 1, 3);
    before.events.append(frame(9, { lane: 1, boot: 'b1' }));
    const ids = [before.live.id, before.backfill.id, before.events.id];
    expect(new Set(ids).size).toBe(3);
    const after = reopen();
    expect([after.live.id, after.backfill.id, after.events.id]).toEqual(ids);
    expect([range(after.live), range(after.backfill), range(after.events)]).toEqual([[1, 4], [1, 1], [1, 2]]);
    expect(after.live.frame(3)).toEqual(frame(3));
    expect(after.events.frame(1)).toEqual(frame(9, { lane: 1, boot: 'b1' }));
    expect(after.events.endOfBoot?.('b1')).toBe(9000);
    expect(after.live.append(frame(4))).toBe(4);
    expect((await stat(path())).mode & 0o777).toBe(0o600);
  });

  it('does not forget what was acknowledged, nor the next number, over a restart', () => {
    const before = openStore();
    fill(before.live, 1, 5);
    before.live.forget(5);
    before.live.forget(3);
    const after = reopen();
    expect(range(after.live)).toEqual([6, 6]);
    expect(after.live.frame(5)).toBeNull();
    expect(after.live.append(frame(6))).toBe(6);
  });

  it('gives the room of what was acknowledged back', async () => {
    const store = openStore();
    const rows = Array.from({ length: 500 }, (_, index) => ['a key of some length', index, 0, 1_700_000_000_000 + index] as const);
    for (let n = 1; n <= 100; n += 1) {
      store.live.append({ lane: 0, rows });
      store.live.forget(n - 4);
    }
    store.close();
    opened.pop();
    expect((await stat(path())).size).toBeLessThan(500_000);
  });

  it('takes a batch as one commit, or not at all', () => {
    const store = openStore();
    const failing = () =>
      store.together(() => {
        store.live.append(frame(1));
        store.events.append(frame(1));
        throw new Error('half way');
      });
    expect(failing).toThrow('half way');
    expect([range(store.live), range(store.events)]).toEqual([[1, 1], [1, 1]]);
    expect(store.live.append(frame(2))).toBe(1);
    expect(reopen().live.frame(1)).toEqual(frame(2));
  });

  it('is refused to a second controller', () => {
    openStore().live.append(frame(1));
    expect(() => sqliteStore(path())).toThrow('in use: one controller, one store');
  });
});

describe('a full store', () => {
  it('lets go of the oldest live telemetry first, then of backfill, of events last', () => {
    const store = openStore({ maxFrames: 6 });
    fill(store.events, 1, 2);
    fill(store.backfill, 1, 2);
    fill(store.live, 1, 3);
    expect([range(store.live), range(store.backfill), range(store.events)]).toEqual([[2, 4], [1, 3], [1, 3]]);
    fill(store.events, 3, 4);
    expect([range(store.live), range(store.backfill), range(store.events)]).toEqual([[4, 4], [1, 3], [1, 5]]);
    fill(store.events, 5, 6);
    expect([range(store.backfill), range(store.events)]).toEqual([[3, 3], [1, 7]]);
    fill(store.events, 7, 7);
    expect(range(store.events)).toEqual([2, 8]);
    expect([store.live.dropped, store.backfill.dropped, store.events.dropped]).toEqual([3, 2, 1]);
  });

  it('does not let go of what has just come while there is something older', () => {
    const store = openStore({ maxFrames: 3 });
    fill(store.backfill, 1, 3);
    expect(store.live.append(frame(7))).toBe(1);
    expect([range(store.live), range(store.backfill)]).toEqual([[1, 2], [2, 4]]);
    expect(store.live.frame(1)).toEqual(frame(7));
  });

  it('is full by bytes too, whatever one frame takes', () => {
    const store = openStore({ maxBytes: 2000 });
    const wide = (n: number): StoredFrame => ({ lane: 0, rows: Array.from({ length: 20 }, () => ['temp', n, 0, 1000] as const) });
    for (let n = 1; n <= 10; n += 1) store.live.append(wide(n));
    expect(store.live.next - store.live.oldest).toBeLessThan(6);
    expect(store.live.frame(10)).toEqual(wide(10));
    store.live.append({ lane: 0, rows: Array.from({ length: 200 }, () => ['temp', 1, 0, 1000] as const) });
    expect(range(store.live)).toEqual([12, 12]);
  });

  it('keeps on record what it dropped, with its bounds, until the server has taken that', () => {
    const before = openStore({ maxFrames: 2 });
    fill(before.live, 1, 5);
    const loss = { streamId: before.live.id, from: 1, to: 3, rows: 3, oldest: 1000, newest: 3000 };
    expect(before.live.losses?.()).toEqual([loss]);
    const after = reopen({ maxFrames: 2 });
    const taken = after.live.losses?.() ?? [];
    expect(taken).toEqual([loss]);
    fill(after.live, 6, 6);
    after.live.settle?.(taken);
    // It has grown since: as a whole it is not on record yet.
    expect(after.live.losses?.()).toEqual([{ ...loss, to: 4, rows: 4, newest: 4000 }]);
    after.live.settle?.(after.live.losses?.() ?? []);
    expect(after.live.losses?.()).toEqual([]);
    after.live.append(frame(7, { boot: 'b' }));
    after.live.append(frame(8, { boot: 'b' }));
    after.live.append(frame(9));
    expect(after.live.losses?.()).toEqual([{ streamId: loss.streamId, from: 5, to: 7, rows: 3, oldest: 5000, newest: 6000 }]);
  });

  it('makes room when the disk has none left', () => {
    const store = openStore({ maxFileBytes: 400_000 });
    const wide = (n: number): StoredFrame => ({ lane: 0, rows: Array.from({ length: 100 }, (_, index) => ['a key of some length', n, 0, 1000 + index] as const) });
    store.events.append(frame(1));
    for (let n = 1; n <= 100; n += 1) expect(store.live.append(wide(n))).toBe(n);
    expect(store.live.frame(100)).toEqual(wide(100));
    expect(store.live.oldest).toBeGreaterThan(1);
    expect(store.live.losses?.()).toMatchObject([{ from: 1, to: store.live.oldest - 1 }]);
    expect(range(store.events)).toEqual([1, 2]);
  });
});

describe('a damaged store', () => {
  const damages: [string, () => Promise<void>][] = [
    ['nonsense', () => writeFile(path(), randomBytes(20_000))],
    ['a torn first page', () => truncate(path(), 1000)],
    ['the last pages missing', async () => truncate(path(), (await stat(path())).size - 8192)],
    ['nonsense in the middle', async () => {
      const file = await open(path(), 'r+');
      await file.write(randomBytes(12_000), 0, 12_000, 6000);
      await file.close();
    }],
    ['the file of a later version', () => {
      const database = new DatabaseSync(path());
      database.exec('PRAGMA user_version = 99');
      database.close();
      return Promise.resolve();
    }],
  ];

  it.each(damages)('is set aside, and a new one with new streams begins: %s', async (_, damage) => {
    const before = openStore();
    fill(before.live, 1, 200);
    const { id } = before.live;
    opened.pop()?.close();
    await damage();
    const damaged = await readFile(path());
    const after = openStore();
    const problems: Error[] = [];
    after.onDamage((problem) => problems.push(problem));
    expect(problems).toMatchObject([{ name: 'StoreDamaged', setAside: `${path()}.damaged` }]);
    expect(problems[0]).toBeInstanceOf(StoreDamaged);
    expect(await readFile(`${path()}.damaged`)).toEqual(damaged);
    expect(after.live.id).not.toBe(id);
    expect(after.live.append(frame(1))).toBe(1);
    const again = reopen();
    again.onDamage((problem) => problems.push(problem));
    expect(problems).toHaveLength(1);
    expect(again.live.frame(1)).toEqual(frame(1));
  });

  it('is replaced while it is in use: what is appended next is kept', async () => {
    const store = openStore();
    const rows = Array.from({ length: 100 }, (_, index) => ['a key of some length', index, 0, 1000 + index] as const);
    store.together(() => {
      for (let n = 1; n <= 1000; n += 1) store.live.append({ lane: 0, rows });
    });
    const whole = reopen();
    const { id } = whole.live;
    const problems: Error[] = [];
    whole.onDamage((problem) => problems.push(problem));
    const file = await open(path(), 'r+');
    await file.write(randomBytes((await stat(path())).size - 4096), 0, undefined, 4096);
    await file.close();
    expect(whole.live.frame(100)).toBeNull();
    expect(problems).toMatchObject([{ name: 'StoreDamaged' }]);
    expect(whole.live.id).not.toBe(id);
    expect(whole.live.append(frame(1))).toBe(1);
    expect(whole.live.frame(1)).toEqual(frame(1));
  });
});
