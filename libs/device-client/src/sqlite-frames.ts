import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { joinLosses, lossOf } from './loss.js';
import { CARRIES, type Carries, type Lane, type ReportRow, type StoredFrame, type StreamLoss } from './stream.js';

interface Position {
  id: string;
  oldest: number;
  next: number;
}
interface FrameRow {
  lane: Lane;
  boot: string | null;
  rows: string;
}
interface LossRow {
  stream_id: string;
  from_seq: number;
  to_seq: number;
  row_count: number;
  oldest: number | null;
  newest: number | null;
}

/** What a frame takes besides its rows. */
const FRAME_OVERHEAD_BYTES = 32;
/** Forgotten frames that may wait in the file for the next commit: an acknowledgement of its own is not worth a flush to the disk. */
const MAX_FORGOTTEN = 1000;

/** The tables of a store, and in memory what is asked of them all the time. Numbers within a stream have no gaps. */
export class SqliteFrames {
  #positions: Record<Carries, Position>;
  /** Below these the frames are forgotten, though still in the file. */
  #purged: Record<Carries, number>;
  #bytes: number;
  #isOpen = false;
  readonly #statements: ReturnType<typeof prepare>;

  constructor(
    private readonly database: DatabaseSync,
    newId: () => string,
  ) {
    this.#statements = prepare(database);
    this.#positions = Object.fromEntries(CARRIES.map((carries) => [carries, this.#load(carries, newId)])) as Record<Carries, Position>;
    this.#purged = oldestOf(this.#positions);
    this.#bytes = this.#statements.size.get()?.['bytes'] as number;
  }

  get positions(): Readonly<Record<Carries, Readonly<Position>>> {
    return this.#positions;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return CARRIES.reduce((sum, carries) => sum + this.held(carries), 0);
  }

  held(carries: Carries): number {
    return this.#positions[carries].next - this.#positions[carries].oldest;
  }

  /** All or nothing, on the disk when it returns. What was forgotten meanwhile goes with it. */
  transact(work: () => void): void {
    const before = structuredClone({ positions: this.#positions, purged: this.#purged, bytes: this.#bytes });
    this.database.exec('BEGIN IMMEDIATE');
    this.#isOpen = true;
    try {
      this.#purge();
      work();
      for (const carries of CARRIES) this.#save(carries);
      this.database.exec('COMMIT');
    } catch (error) {
      ({ positions: this.#positions, purged: this.#purged, bytes: this.#bytes } = before);
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    } finally {
      this.#isOpen = false;
    }
  }

  /** Within `transact`. */
  append(carries: Carries, { lane, rows, boot }: StoredFrame): number {
    const position = this.#positions[carries];
    const text = JSON.stringify(rows);
    const bytes = Buffer.byteLength(text) + FRAME_OVERHEAD_BYTES;
    const bootEnd = boot === undefined ? null : rows.reduce((latest, [, , , at]) => Math.max(latest, at), 0);
    this.#statements.insert.run(carries, position.next, lane, boot ?? null, bootEnd, bytes, text);
    this.#bytes += bytes;
    position.next += 1;
    return position.next - 1;
  }

  read(carries: Carries, seq: number): StoredFrame | null {
    if (seq < this.#positions[carries].oldest) return null;
    const row = this.#statements.read.get(carries, seq) as FrameRow | undefined;
    if (row === undefined) return null;
    const rows = JSON.parse(row.rows) as ReportRow[];
    return { lane: row.lane, rows, ...(row.boot === null ? {} : { boot: row.boot }) };
  }

  /** Drops the oldest frame and keeps on record that it did. Within `transact`. */
  drop(carries: Carries): void {
    const position = this.#positions[carries];
    const frame = this.read(carries, position.oldest);
    if (frame !== null) this.#record(carries, lossOf(position.id, position.oldest, frame));
    position.oldest += 1;
    this.#purge();
  }

  forget(carries: Carries, seq: number): void {
    const position = this.#positions[carries];
    position.oldest = Math.min(Math.max(position.oldest, seq + 1), position.next);
    if (!this.#isOpen && position.oldest - this.#purged[carries] > MAX_FORGOTTEN) this.transact(() => undefined);
  }

  losses(carries: Carries): StreamLoss[] {
    return (this.#statements.losses.all(carries) as unknown as LossRow[]).map((row) => ({
      streamId: row.stream_id,
      from: row.from_seq,
      to: row.to_seq,
      rows: row.row_count,
      oldest: row.oldest,
      newest: row.newest,
    }));
  }

  /** A loss that has grown since it was reported stays, and is reported again as a whole. */
  settle(carries: Carries, losses: readonly StreamLoss[]): void {
    for (const { streamId, from, to } of losses) this.#statements.settle.run(carries, streamId, from, to);
  }

  endOfBoot(boot: string): number | null {
    return this.#statements.endOfBoot.get(boot)?.['boot_end'] as number | null;
  }

  close(): void {
    if (CARRIES.some((carries) => this.#purged[carries] < this.#positions[carries].oldest)) this.transact(() => undefined);
    this.database.close();
  }

  /** Lets go of a file that is damaged. */
  abandon(): void {
    this.database.close();
  }

  #load(carries: Carries, newId: () => string): Position {
    const known = this.#statements.position.get(carries) as unknown as Position | undefined;
    if (known !== undefined) return { id: known.id, oldest: known.oldest, next: known.next };
    const fresh = { id: newId(), oldest: 1, next: 1 };
    this.#statements.save.run(carries, fresh.id, fresh.oldest, fresh.next);
    return fresh;
  }

  #save(carries: Carries): void {
    const { id, oldest, next } = this.#positions[carries];
    this.#statements.save.run(carries, id, oldest, next);
  }

  #purge(): void {
    for (const carries of CARRIES) {
      const { oldest } = this.#positions[carries];
      if (this.#purged[carries] >= oldest) continue;
      this.#bytes -= (this.#statements.sizeBelow.get(carries, oldest)?.['bytes'] as number | null) ?? 0;
      this.#statements.purge.run(carries, oldest);
      this.#purged[carries] = oldest;
    }
  }

  #record(carries: Carries, loss: StreamLoss): void {
    const last = this.losses(carries).at(-1);
    const { streamId, from, to, rows, oldest, newest } = (last === undefined ? null : joinLosses(last, loss)) ?? loss;
    this.#statements.lose.run(carries, streamId, from, to, rows, oldest, newest);
  }
}

function oldestOf(positions: Record<Carries, Position>): Record<Carries, number> {
  return { live: positions.live.oldest, backfill: positions.backfill.oldest, events: positions.events.oldest };
}

function prepare(database: DatabaseSync): Record<
  'position' | 'save' | 'insert' | 'read' | 'size' | 'sizeBelow' | 'purge' | 'endOfBoot' | 'losses' | 'lose' | 'settle',
  StatementSync
> {
  return {
    position: database.prepare('SELECT id, oldest, next FROM streams WHERE carries = ?'),
    save: database.prepare('INSERT OR REPLACE INTO streams (carries, id, oldest, next) VALUES (?, ?, ?, ?)'),
    insert: database.prepare('INSERT INTO frames (carries, seq, lane, boot, boot_end, bytes, rows) VALUES (?, ?, ?, ?, ?, ?, ?)'),
    read: database.prepare('SELECT lane, boot, rows FROM frames WHERE carries = ? AND seq = ?'),
    size: database.prepare('SELECT coalesce(sum(bytes), 0) AS bytes FROM frames'),
    sizeBelow: database.prepare('SELECT sum(bytes) AS bytes FROM frames WHERE carries = ? AND seq < ?'),
    purge: database.prepare('DELETE FROM frames WHERE carries = ? AND seq < ?'),
    endOfBoot: database.prepare('SELECT max(boot_end) AS boot_end FROM frames WHERE boot = ?'),
    losses: database.prepare('SELECT stream_id, from_seq, to_seq, row_count, oldest, newest FROM losses WHERE carries = ? ORDER BY stream_id, from_seq'),
    lose: database.prepare('INSERT OR REPLACE INTO losses (carries, stream_id, from_seq, to_seq, row_count, oldest, newest) VALUES (?, ?, ?, ?, ?, ?, ?)'),
    settle: database.prepare('DELETE FROM losses WHERE carries = ? AND stream_id = ? AND from_seq = ? AND to_seq = ?'),
  };
}
