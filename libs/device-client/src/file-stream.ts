import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, readSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { DEFAULT_MAX_FRAMES, type StoredFrame, type StreamStore } from './stream.js';

const header = z.object({ stream: z.string().min(1).max(64), from: z.int().min(1) });
const storedFrame = z.tuple([
  z.literal([0, 1]),
  z.array(z.tuple([z.string(), z.number().nullable(), z.int(), z.int()])),
]);

/** Forgotten bytes that a file may carry before it is written anew. */
const COMPACT_ABOVE_BYTES = 1024 * 1024;

interface Extent {
  readonly at: number;
  readonly length: number;
}

/**
 * A store in one append-only file of JSON lines: a head line with the stream's id and first number, then a line per frame.
 * Every frame is on the disk before `append` returns. A line torn by a power cut was never sent and is cut off at opening.
 */
export function fileStream(path: string, options: { maxFrames?: number } = {}): StreamStore {
  return new FileStream(path, options.maxFrames ?? DEFAULT_MAX_FRAMES);
}

class FileStream implements StreamStore {
  readonly id: string;
  #file: number;
  #end: number;
  #oldest: number;
  #forgottenBytes = 0;
  #dropped = 0;
  #extents: Extent[];

  constructor(
    private readonly path: string,
    private readonly maxFrames: number,
  ) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.#file = openSync(path, 'a+', 0o600);
    const found = readLines(readFileSync(this.#file));
    this.id = found?.stream ?? randomUUID();
    this.#oldest = found?.from ?? 1;
    this.#extents = found?.extents ?? [];
    this.#end = found?.end ?? 0;
    ftruncateSync(this.#file, this.#end);
    if (found === null) this.#write(headLine(this.id, 1));
  }

  get oldest(): number {
    return this.#oldest;
  }

  get next(): number {
    return this.#oldest + this.#extents.length;
  }

  get dropped(): number {
    return this.#dropped;
  }

  frame(seq: number): StoredFrame | null {
    const extent = this.#extents[seq - this.#oldest];
    if (extent === undefined) return null;
    const line = Buffer.alloc(extent.length);
    readSync(this.#file, line, 0, extent.length, extent.at);
    const [lane, rows] = storedFrame.parse(JSON.parse(line.toString('utf8')));
    return { lane, rows };
  }

  append(frame: StoredFrame): number {
    this.#extents.push(this.#write(`${JSON.stringify([frame.lane, frame.rows])}\n`));
    fsyncSync(this.#file);
    if (this.#extents.length > this.maxFrames) {
      this.forget(this.#oldest);
      this.#dropped += 1;
    }
    return this.next - 1;
  }

  forget(seq: number): void {
    const gone = this.#extents.splice(0, Math.max(0, seq - this.#oldest + 1));
    this.#oldest += gone.length;
    for (const extent of gone) this.#forgottenBytes += extent.length;
    if (this.#forgottenBytes > COMPACT_ABOVE_BYTES && this.#forgottenBytes > this.#end / 2) this.#compact();
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(line: string): Extent {
    const bytes = Buffer.from(line);
    const extent = { at: this.#end, length: bytes.length };
    writeSync(this.#file, bytes);
    this.#end += bytes.length;
    return extent;
  }

  /** Writes what is still needed into a new file and swaps it in: a power cut leaves the old file or the new one. */
  #compact(): void {
    const kept = this.#extents.map((extent) => {
      const line = Buffer.alloc(extent.length);
      readSync(this.#file, line, 0, extent.length, extent.at);
      return line;
    });
    const next = `${this.path}.next`;
    const old = this.#file;
    this.#file = openSync(next, 'w+', 0o600);
    this.#end = 0;
    this.#forgottenBytes = 0;
    this.#write(headLine(this.id, this.#oldest));
    this.#extents = kept.map((line) => this.#write(line.toString('utf8')));
    fsyncSync(this.#file);
    renameSync(next, this.path);
    closeSync(old);
  }
}

function headLine(stream: string, from: number): string {
  return `${JSON.stringify({ stream, from })}\n`;
}

/** Reads whole lines only. Null for an empty file; throws when the head is not one of ours. */
function readLines(bytes: Buffer): { stream: string; from: number; extents: Extent[]; end: number } | null {
  const headEnd = bytes.indexOf('\n') + 1;
  if (headEnd === 0) return null;
  const { stream, from } = header.parse(JSON.parse(bytes.toString('utf8', 0, headEnd)));
  const extents: Extent[] = [];
  let end = headEnd;
  for (let lineEnd = bytes.indexOf('\n', end) + 1; lineEnd > 0; lineEnd = bytes.indexOf('\n', end) + 1) {
    if (!isFrame(bytes.toString('utf8', end, lineEnd))) break;
    extents.push({ at: end, length: lineEnd - end });
    end = lineEnd;
  }
  return { stream, from, extents, end };
}

function isFrame(line: string): boolean {
  try {
    return storedFrame.safeParse(JSON.parse(line)).success;
  } catch {
    // Torn by a power cut in the middle of the write.
    return false;
  }
}
