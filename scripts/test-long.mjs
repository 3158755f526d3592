// npm run test:long: the *.long.ts files of every folder: chaos, soak, thousands of property runs.
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { compilePrograms } from './build-steps.mjs';
import { foldersWith, program, ROOT } from './folders.mjs';
import { runNode, step } from './run.mjs';

if (!(await step('Compile', compilePrograms))) process.exit(1);
const failed = [];
for (const folder of foldersWith('test')) {
  const files = globSync(['src/**/*.long.ts', 'test/**/*.long.ts'], { cwd: join(ROOT, folder) });
  if (files.length === 0) console.log(`${folder}: no long tests`);
  else if (!(await step(`Long tests of ${folder}`, () => runNode([program('vitest/vitest.mjs'), 'run'], { cwd: join(ROOT, folder), env: { CUPOLA_LONG: '1' } })))) failed.push(folder);
}
console.log(failed.length === 0 ? '\nThe long tests passed.' : `\nThe long tests failed in: ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);
