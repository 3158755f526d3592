import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { CallerError } from '../product/caller-error.js';

const entry = z.object({ at: z.string(), controller: z.string(), stream: z.string(), from: z.int(), seq: z.int(), rows: z.int() });
/** Frames `from` to `seq` of a controller's stream were acknowledged; `rows` is the number of samples in them. */
export type AckEntry = z.infer<typeof entry>;

/** Appends every acknowledgement before anything else is done with it: what is in the file was promised by the product. */
export class AckLog {
  readonly #file: number;

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.#file = openSync(path, 'a');
  }

  write(acknowledged: Omit<AckEntry, 'at'>): void {
    writeSync(this.#file, `${JSON.stringify({ at: new Date().toISOString(), ...acknowledged })}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Reads a log. A last line without its end was being written when the replay was killed, and promises nothing. */
export async function readAckLog(path: string): Promise<AckEntry[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CallerError(error.code === 'ENOENT' ? `There is no acknowledgement log at ${path}.` : `${path} cannot be read: ${error.message}.`);
  });
  return text
    .split('\n')
    .slice(0, -1)
    .map((line, index) => {
      const parsed = entry.safeParse(parseOrNull(line));
      if (!parsed.success) throw new CallerError(`${path}, line ${index + 1}: this is no acknowledgement.`);
      return parsed.data;
    });
}

function parseOrNull(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    // Reported by the caller with the line's number.
    return null;
  }
}
