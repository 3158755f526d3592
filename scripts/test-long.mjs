// npm run test:long: the *.long.ts files of every folder: chaos, soak, thousands of property runs.
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { compilePrograms } from './build-steps.mjs';
import { foldersWith, program, ROOT } from './folders.mjs';
import { runNode, step } from './run.mjs';

/** These fill the machine by themselves and run alone, after the others. */
const ALONE = 'test/soak/';

if (!(await step('Compile', compilePrograms))) process.exit(1);
const failed = [];
for (const folder of foldersWith('test')) {
  const files = globSync(['src/**/*.long.ts', 'test/**/*.long.ts'], { cwd: join(ROOT, folder) }).map((file) => file.replaceAll('\\', '/'));
  if (files.length === 0) console.log(`${folder}: no long tests`);
  await run(`Long tests of ${folder}`, folder, files.filter((file) => !file.startsWith(ALONE)));
  await run(`Long tests of ${folder} that run alone`, folder, files.filter((file) => file.startsWith(ALONE)));
}
console.log(failed.length === 0 ? '\nThe long tests passed.' : `\nFailed: ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);

async function run(title, folder, files) {
  if (files.length === 0) return;
  const isFine = await step(title, () => runNode([program('vitest/vitest.mjs'), 'run', ...files], { cwd: join(ROOT, folder), env: { CUPOLA_LONG: '1' } }));
  if (!isFine) failed.push(title);
}
