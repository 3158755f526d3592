// After `npm pack`: the workspace has its own package.json again.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LIBRARY = fileURLToPath(new URL('..', import.meta.url));
/** Where the workspace's package.json is while the package is being made. */
export const KEPT = join(LIBRARY, 'package.workspace.json');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (existsSync(KEPT)) renameSync(KEPT, join(LIBRARY, 'package.json'));
  for (const made of ['bundle', 'LICENSE']) rmSync(join(LIBRARY, made), { recursive: true, force: true });
}
