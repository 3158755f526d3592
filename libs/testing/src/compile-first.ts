import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

/** Vitest's global set-up of a folder whose specs start its programs as real processes, which run compiled. */
export default async function compile(): Promise<void> {
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  await promisify(execFile)(process.execPath, [compiler, '-b', process.cwd()]).catch((error: { stdout: string }) => {
    throw new Error(`This folder does not compile, so its programs cannot be started:\n${error.stdout}`);
  });
}
