import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ScriptedGateway } from './scripted-gateway.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const run = promisify(execFile);
const node = (cwd: string, ...args: string[]) => run(process.execPath, args, { cwd });
/** npm comes with the script that runs the tests, or stands in the path. */
const npm = (cwd: string, ...args: string[]) =>
  process.env['npm_execpath'] === undefined ? run('npm', args, { cwd, shell: process.platform === 'win32' }) : run(process.env['npm_execpath'], args, { cwd });

let folder: string;
let gateway: ScriptedGateway;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cupola-package-'));
  gateway = await new ScriptedGateway().listen();
});
afterEach(async () => {
  await gateway.kill();
  await rm(folder, { recursive: true });
});

it('the package installs into an empty project without a registry, satisfies a strict compiler, and runs', async () => {
  const staged = join(folder, 'staged');
  await node(ROOT, 'libs/device-client/packaging/stage.mjs', staged);
  const manifest = JSON.parse(await readFile(join(staged, 'package.json'), 'utf8')) as Record<string, unknown>;
  expect(manifest).toMatchObject({ name: '@cupola/device-client', license: 'Apache-2.0', engines: { node: '>=24' }, type: 'module' });
  expect(manifest).not.toHaveProperty('private');
  expect(Object.keys(manifest['dependencies'] as object)).toEqual(['@types/node', 'ws', 'zod']);
  expect(await readFile(join(staged, 'bundle/index.js'), 'utf8')).not.toMatch(/@cupola\/(domain|contracts)/);

  const { stdout: packed } = await npm(folder, 'pack', '--json', '--offline', staged);
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'integrator', type: 'module', private: true }));
  // What a registry would give is taken from here, as copies.
  const others = ['ws', 'zod', '@types/node', 'undici-types'].map((name) => join(ROOT, 'node_modules', name));
  await npm(folder, 'install', '--offline', '--install-links', '--ignore-scripts', '--no-audit', '--no-fund', `./${filename}`, ...others);

  await copyFile(fileURLToPath(new URL('programs/integrator.ts.txt', import.meta.url)), join(folder, 'main.ts'));
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--skipLibCheck', 'false'];
  await node(folder, join(ROOT, 'node_modules/typescript/bin/tsc'), ...strict, '--target', 'es2024', '--module', 'nodenext', '--types', 'node', 'main.ts').catch(
    (error: { stdout: string }) => {
      throw new Error(error.stdout);
    },
  );
  gateway.acknowledges = true;
  const { stdout } = await node(folder, 'main.js', gateway.url, join(folder, 'samples.db'));
  expect(stdout.trim().split('\n')).toEqual(['state connecting', 'state connecting', 'state online', 'stored 1 20', 'state stopped']);
});
