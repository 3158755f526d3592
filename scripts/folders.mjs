import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The workspace's folders, and the folder of these scripts, whose package.json or project.json has the script. */
export function foldersWith(script) {
  return globSync(['libs/*/package.json', '*/package.json', 'scripts/project.json'], { cwd: ROOT })
    .filter((file) => {
      const { scripts = {}, targets = {} } = JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
      return script in scripts || script in targets;
    })
    .map((file) => dirname(file))
    .sort();
}

/** A program of node_modules/.bin as a path that this Node can run. */
export function program(path) {
  const file = join(ROOT, 'node_modules', path);
  if (!existsSync(file)) throw new Error(`${file} is missing: run "npm ci".`);
  return file;
}
