import type { IngestFrame } from '@cupola/contracts';
import { newerReading } from '@cupola/domain';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { loadBindings, loadLatest } from './latest-store.js';

/** The newest sample of a channel. `stored` is the packed quality, times are milliseconds since the epoch. */
export interface StoredReading {
  channelId: number;
  value: number | null;
  stored: number;
  sourceTime: number;
  receivedTime: number;
}

/** What changed since the last flush: readings, and per stream the number up to which they are complete. */
export interface Unflushed {
  readings: StoredReading[];
  marks: Map<number, number>;
}

/** The current reading of every channel, in memory. The newest source time wins: backfill never replaces what is newer. */
@Injectable()
export class LatestValues implements OnModuleInit {
  readonly #readings = new Map<number, StoredReading>();
  readonly #pointOf = new Map<number, string>();
  readonly #channelOf = new Map<string, number>();
  #dirty = new Set<number>();
  #marks = new Map<number, number>();

  constructor(private readonly database: Database) {}

  async onModuleInit(): Promise<void> {
    this.restore(await loadLatest(this.database.pool));
    await this.rebind();
  }

  /** Reads all bindings again: another process may have changed them. */
  async rebind(): Promise<void> {
    const bindings = await loadBindings(this.database.pool);
    this.#pointOf.clear();
    this.#channelOf.clear();
    this.#bind(bindings);
  }

  /** The newest sample of the channel that serves this point. */
  of(pointId: string): StoredReading | undefined {
    const channelId = this.#channelOf.get(pointId);
    return channelId === undefined ? undefined : this.#readings.get(channelId);
  }

  ofChannel(channelId: number): StoredReading | undefined {
    return this.#readings.get(channelId);
  }

  /** The channel that serves a point, whether or not it ever reported. */
  channelOf(pointId: string): number | undefined {
    return this.#channelOf.get(pointId);
  }

  /** The point that a channel serves. */
  pointOf(channelId: number): string | undefined {
    return this.#pointOf.get(channelId);
  }

  /** Reads again which points these channels serve. To be called after every change of bindings. */
  async refresh(channelIds: readonly number[]): Promise<void> {
    const bindings = await loadBindings(this.database.pool, channelIds);
    for (const channelId of channelIds) this.#unbind(channelId);
    this.#bind(bindings);
  }

  /** Takes readings that are stored already as they are. */
  restore(readings: readonly StoredReading[]): void {
    for (const reading of readings) this.#offer(reading);
  }

  /** Takes readings found in samples that the last flush had missed. */
  recover(readings: readonly StoredReading[], marks: ReadonlyMap<number, number>): void {
    for (const reading of readings) {
      if (this.#offer(reading)) this.#dirty.add(reading.channelId);
    }
    for (const [stream, acked] of marks) this.#marks.set(stream, acked);
  }

  /** Takes committed frames. Returns the channels whose current reading changed. */
  commit(frames: readonly IngestFrame[], marks: ReadonlyMap<number, number>): Set<number> {
    const changed = new Set<number>();
    for (const { rows } of frames) {
      for (const [channelId, sourceTime, receivedTime, value, stored] of rows) {
        if (this.#offer({ channelId, value, stored, sourceTime, receivedTime })) changed.add(channelId);
      }
    }
    for (const channelId of changed) this.#dirty.add(channelId);
    for (const [stream, acked] of marks) this.#marks.set(stream, acked);
    return changed;
  }

  /** Hands over what the table does not have yet. Readings and marks belong together: they are taken in one step. */
  takeUnflushed(): Unflushed {
    const readings = [...this.#dirty].flatMap((channelId) => this.#readings.get(channelId) ?? []);
    const marks = this.#marks;
    this.#dirty = new Set();
    this.#marks = new Map();
    return { readings, marks };
  }

  /** Takes back what could not be written. */
  giveBack({ readings, marks }: Unflushed): void {
    for (const { channelId } of readings) this.#dirty.add(channelId);
    for (const [stream, acked] of marks) this.#marks.set(stream, Math.max(acked, this.#marks.get(stream) ?? 0));
  }

  #offer(candidate: StoredReading): boolean {
    const current = this.#readings.get(candidate.channelId);
    if (newerReading(current, candidate) !== candidate) return false;
    this.#readings.set(candidate.channelId, candidate);
    return true;
  }

  #bind(bindings: ReadonlyMap<number, string>): void {
    for (const [channelId, pointId] of bindings) {
      this.#pointOf.set(channelId, pointId);
      this.#channelOf.set(pointId, channelId);
    }
  }

  #unbind(channelId: number): void {
    const pointId = this.#pointOf.get(channelId);
    if (pointId === undefined) return;
    this.#pointOf.delete(channelId);
    if (this.#channelOf.get(pointId) === channelId) this.#channelOf.delete(pointId);
  }
}
