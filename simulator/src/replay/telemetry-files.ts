import { unzipSync } from 'fflate';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CallerError } from '../product/caller-error.js';

/** One CSV of the recording. */
export interface TelemetryFile {
  /** As the caller knows it: the path, or the name inside of the zip. */
  readonly name: string;
  readonly text: string;
}

/** Reads every CSV of a zip or a folder, in order of their names, so that the same recording is always read the same way. */
export async function readTelemetry(path: string): Promise<TelemetryFile[]> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new CallerError(error.code === 'ENOENT' ? `There is no telemetry at ${path}.` : `The telemetry at ${path} cannot be read: ${error.message}.`);
  });
  const files = found.isDirectory() ? await readFolder(path) : await readZip(path);
  if (files.length === 0) throw new CallerError(`${path} holds no CSV file.`);
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function readFolder(path: string): Promise<TelemetryFile[]> {
  const names = (await readdir(path, { recursive: true })).filter(isCsv);
  return Promise.all(names.map(async (name) => ({ name: join(path, name), text: await readFile(join(path, name), 'utf8') })));
}

async function readZip(path: string): Promise<TelemetryFile[]> {
  const bytes = await readFile(path);
  try {
    const entries = unzipSync(bytes, { filter: ({ name }) => isCsv(name) });
    const decoder = new TextDecoder();
    return Object.entries(entries).map(([name, content]) => ({ name: `${basename(path)}/${name}`, text: decoder.decode(content) }));
  } catch (error) {
    throw new CallerError(`${path} is neither a folder nor a readable zip file (${(error as Error).message}).`);
  }
}

function isCsv(name: string): boolean {
  return name.toLowerCase().endsWith('.csv') && !name.includes('__MACOSX/');
}
