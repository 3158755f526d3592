import { closeSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const VERSION = 1;
const SCHEMA = `
  CREATE TABLE streams (carries TEXT PRIMARY KEY, id TEXT NOT NULL, oldest INTEGER NOT NULL, next INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE frames (carries TEXT NOT NULL, seq INTEGER NOT NULL, lane INTEGER NOT NULL, boot TEXT, boot_end INTEGER, bytes INTEGER NOT NULL,
    rows TEXT NOT NULL, PRIMARY KEY (carries, seq)) STRICT, WITHOUT ROWID;
  CREATE TABLE losses (carries TEXT NOT NULL, stream_id TEXT NOT NULL, from_seq INTEGER NOT NULL, to_seq INTEGER NOT NULL, row_count INTEGER NOT NULL,
    oldest INTEGER, newest INTEGER, PRIMARY KEY (carries, stream_id, from_seq)) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${VERSION};`;

/** Primary result codes of SQLite that say something of the machine, not of the file: no permission, in use, out of memory or space, ... */
const OF_THE_MACHINE: readonly number[] = [3, 5, 6, 7, 8, 9, 10, 13, 14, 23];
const PAGE_BYTES = 4096;
/** Small machines keep small caches: frames are written once and read once. */
const CACHE_KIB = 512;
const FULL = 13;
const BUSY = 5;
/** The file ends in the middle of a page. */
const SHORT_READ = 522;

/** What was kept of the samples could not be read any more. It lies in `setAside` for whoever can; a new store has begun. */
export class StoreDamaged extends Error {
  override readonly name = 'StoreDamaged';

  constructor(
    readonly setAside: string,
    cause: unknown,
  ) {
    super(`the store of samples was damaged: it was set aside as ${setAside} and a new one was begun`, { cause });
  }
}

export interface OpenedFile {
  readonly database: DatabaseSync;
  readonly problem: StoreDamaged | null;
}

/**
 * Opens the file, or makes it. A damaged one is set aside, so that a controller is never kept from starting by it. Throws
 * when another process has it open, or the machine does not allow it.
 */
export function openSqlite(path: string, maxFileBytes: number): OpenedFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    return { database: open(path, maxFileBytes), problem: null };
  } catch (error) {
    if (!isDamage(error)) throw explained(error, path);
    return replaceDamaged(path, maxFileBytes, error);
  }
}

/** Puts the damaged file aside, over an earlier one, and makes a new one. */
export function replaceDamaged(path: string, maxFileBytes: number, cause: unknown): OpenedFile & { readonly problem: StoreDamaged } {
  const aside = `${path}.damaged`;
  renameSync(path, aside);
  for (const suffix of ['-wal', '-shm', '-journal']) rmSync(`${path}${suffix}`, { force: true });
  return { database: open(path, maxFileBytes), problem: new StoreDamaged(aside, cause) };
}

/** Whether the file itself is to blame: trying again with the same file would fail for ever. */
export function isDamage(error: unknown): boolean {
  const code = codeOf(error);
  if (code === null) return error instanceof SyntaxError || error instanceof NotOurs;
  return code === SHORT_READ || !OF_THE_MACHINE.includes(code & 0xff);
}

export function isFull(error: unknown): boolean {
  return ((codeOf(error) ?? 0) & 0xff) === FULL;
}

class NotOurs extends Error {}

function open(path: string, maxFileBytes: number): DatabaseSync {
  // Made here, so that nobody but the owner may read it.
  closeSync(openSync(path, 'a', 0o600));
  const database = new DatabaseSync(path);
  try {
    // One controller per store: two would give the same number to different frames. Every commit is on the disk before it returns.
    database.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA cache_size = -${CACHE_KIB}; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;`);
    const found = database.prepare('PRAGMA user_version').get()?.['user_version'];
    if (found === 0) database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
    else if (found !== VERSION) throw new NotOurs(`version ${String(found)} of the store is not known here`);
    const verdict = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    if (verdict !== 'ok') throw new NotOurs(String(verdict));
    database.exec(`PRAGMA max_page_count = ${Math.ceil(maxFileBytes / PAGE_BYTES)}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function codeOf(error: unknown): number | null {
  const code = error instanceof Error ? (error as Error & { errcode?: unknown }).errcode : undefined;
  return typeof code === 'number' ? code : null;
}

function explained(error: unknown, path: string): unknown {
  return ((codeOf(error) ?? 0) & 0xff) === BUSY ? new Error(`${path} is in use: one controller, one store`, { cause: error }) : error;
}
