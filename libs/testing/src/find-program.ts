import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where a program of this machine lies. @throws Error saying how to get it: a test that skips proves nothing */
export function findProgram(names: readonly string[], debianPackage: string): string {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/bin'];
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${names[0]} was not found: install it (Debian: apt-get install ${debianPackage}).`);
  return found;
}

/** A browser that playwright-core can drive. `CHROMIUM_PATH` names one that stands elsewhere. */
export function findBrowser(): string {
  return process.env['CHROMIUM_PATH'] ?? findProgram(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'], 'chromium');
}
