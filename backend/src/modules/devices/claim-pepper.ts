import { createHmac, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const PEPPER_BYTES = 32;

/**
 * The server's secret under which claim codes are stored: whoever reads the database alone cannot try
 * the 20^8 codes against it.
 */
export class ClaimPepper {
  constructor(private readonly key: Buffer) {}

  /** HMAC-SHA-256 of a code that is bound to its slot: the same code at another slot has another digest. */
  digest(slot: string, code: string): Buffer {
    return createHmac('sha256', this.key).update(`${slot}\n${code}`).digest();
  }
}

/** Reads `<dataDir>/keys/claim-pepper`, making it at the first start. */
export async function loadClaimPepper(dataDir: string): Promise<ClaimPepper> {
  const directory = join(dataDir, 'keys');
  const file = join(directory, 'claim-pepper');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const existing = await readIfThere(file);
  if (existing !== null) return pepperFrom(existing, file);
  await writeOnce(file, randomBytes(PEPPER_BYTES).toString('base64url'));
  return pepperFrom(await readFile(file, 'utf8'), file);
}

function pepperFrom(text: string, file: string): ClaimPepper {
  const key = Buffer.from(text.trim(), 'base64url');
  if (key.length !== PEPPER_BYTES) {
    throw new Error(`${file} does not hold a key. Remove it to have a new one made; open claim codes must then be issued again.`);
  }
  return new ClaimPepper(key);
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** A kill in the middle of writing must not leave half a key, and of two programs that start at once the first one's key counts. */
async function writeOnce(file: string, text: string): Promise<void> {
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, `${text}\n`, { mode: 0o600 });
  try {
    await link(unfinished, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(unfinished);
  }
}
