import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What of package-lock.json is not in node_modules, by npm's own record of what it installed there. The record is written last, so an interrupted
 * installation has none. Packages for other platforms are left out by npm and are no difference.
 */
export function differences(root) {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return ['node_modules is not there'];
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const installed = packagesOf(record);
  return Object.entries(wanted)
    .filter(([path]) => path.startsWith('node_modules/'))
    .filter(([path, entry]) => (installed[path] ? installed[path].version !== entry.version || installed[path].integrity !== entry.integrity : !mayBeAbsent(entry)))
    .map(([path]) => path.slice('node_modules/'.length));
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

function mayBeAbsent(entry) {
  return entry.optional === true || entry.devOptional === true || entry.link === true;
}
