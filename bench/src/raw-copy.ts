import { once } from 'node:events';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** Rows of one COPY and commit. */
export const RAW_ROWS_PER_COMMIT = 5000;
const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const ROW = 52;
const TO_2000_MS = 946_684_800_000;

export interface RawSample {
  channel: number;
  at: number;
  received: number;
  value: number;
}

export interface RawRun {
  rowsPerSecond: number;
  /** Milliseconds of each COPY and commit. */
  batches: number[];
}

/** The limit that ingest is held against: the same rows into the same table by one connection that does nothing else. */
export class RawCopy {
  private constructor(private readonly client: pg.Client) {}

  static async connect(url: string): Promise<RawCopy> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return new RawCopy(client);
  }

  async run(samples: readonly RawSample[], rowsPerCommit = RAW_ROWS_PER_COMMIT): Promise<RawRun> {
    const batches: number[] = [];
    const start = performance.now();
    for (let from = 0; from < samples.length; from += rowsPerCommit) {
      const began = performance.now();
      await this.#copy(samples, from, Math.min(samples.length, from + rowsPerCommit));
      batches.push(performance.now() - began);
    }
    return { rowsPerSecond: (samples.length / (performance.now() - start)) * 1000, batches };
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  async #copy(samples: readonly RawSample[], from: number, to: number): Promise<void> {
    const copy = this.client.query(copyFrom('COPY samples (channel_id, source_time, received_time, value, quality) FROM STDIN BINARY'));
    copy.end(encode(samples, from, to));
    await once(copy, 'finish');
  }
}

function encode(samples: readonly RawSample[], from: number, to: number): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER.length + (to - from) * ROW + 2);
  HEADER.copy(buffer);
  let at = HEADER.length;
  for (let index = from; index < to; index += 1) {
    const sample = samples[index];
    if (!sample) continue;
    buffer.writeInt16BE(5, at);
    buffer.writeInt32BE(4, at + 2);
    buffer.writeInt32BE(sample.channel, at + 6);
    writeTime(buffer, sample.at, at + 10);
    writeTime(buffer, sample.received, at + 22);
    buffer.writeInt32BE(8, at + 34);
    buffer.writeDoubleBE(sample.value, at + 38);
    buffer.writeInt32BE(2, at + 46);
    buffer.writeInt16BE(0, at + 50);
    at += ROW;
  }
  buffer.writeInt16BE(-1, at);
  return buffer;
}

function writeTime(buffer: Buffer, epochMs: number, at: number): void {
  const micros = (epochMs - TO_2000_MS) * 1000;
  const high = Math.floor(micros / 2 ** 32);
  buffer.writeInt32BE(8, at);
  buffer.writeInt32BE(high, at + 4);
  buffer.writeUInt32BE(micros - high * 2 ** 32, at + 8);
}
