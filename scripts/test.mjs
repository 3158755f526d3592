// npm test: every check there is. Goes on after a failure, so that one run names all of them; nothing is skipped silently.
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildConsole, compilePrograms } from './build-steps.mjs';
import { foldersWith, program, ROOT } from './folders.mjs';
import { runNode, step } from './run.mjs';
import { addUp, readReport } from './test-results.mjs';

const results = mkdtempSync(join(tmpdir(), 'cupola-results-'));
const failedSteps = [];
const start = performance.now();

async function check(title, work) {
  const isFine = await step(title, work);
  if (!isFine) failedSteps.push(title);
  return isFine;
}

await check('Node version', checkNode);
const isCompiled = await check('Compile', compilePrograms);
// After the compiler: what a rule knows of another folder's types comes from its declarations. It keeps one core busy, and what goes on beside it the other.
const linting = check('Lint', () => runNode([program('eslint/bin/eslint.js'), '.', '--max-warnings', '0']));
const isBuilt = isCompiled && (await check('Console build', buildConsole));
await check('Types of the specs', () => runNode([program('typescript/bin/tsc'), '-b', ...specProjects()]));
await linting;
await check('Unit and integration tests', () => runNode([program('nx/dist/bin/nx.js'), 'run-many', '-t', 'test', '--exclude=@cupola/frontend', '--parallel=2', '--outputStyle=stream'], { env: { CUPOLA_TEST_RESULTS: results } }));
await check('Console tests', () => runNode([program('@angular/cli/bin/ng.js'), 'test', '--no-watch', '--reporters=default', '--reporters=json', `--output-file=${reportOf('frontend')}`], { cwd: join(ROOT, 'frontend') }));
const reports = foldersWith('test').map((folder) => readReport(folder, reportOf(folder)));
if (isBuilt) await check('Browser tests', () => runNode([program('@playwright/test/cli.js'), 'test', '--reporter=list,json'], { cwd: join(ROOT, 'e2e'), env: { PLAYWRIGHT_JSON_OUTPUT_FILE: reportOf('e2e') } }));
else failedSteps.push('Browser tests (nothing to test: the build failed)');
reports.push(readReport('e2e', reportOf('e2e')));
rmSync(results, { recursive: true, force: true });

const total = addUp(reports);
for (const { name, why } of total.notRun) console.log(`Not run: ${name}${why}`);
for (const title of failedSteps) console.log(`Failed step: ${title}`);
for (const failure of total.failures) console.log(`Failed: ${failure}`);
console.log(`\n${Math.round((performance.now() - start) / 1_000)} s`);
// A step that fails without a failing test (lint, types, a crash) counts as one failure, so that the last line never looks better than the run.
const failed = Math.max(total.failed, failedSteps.length);
console.log(`${total.passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** The console's own build checks the types of its specs. */
function specProjects() {
  return globSync(['libs/*/tsconfig.spec.json', '*/tsconfig.spec.json', 'e2e/tsconfig.json'], { cwd: ROOT, exclude: ['frontend/**'] });
}

function reportOf(folder) {
  return join(results, `${folder.replaceAll('/', '-')}.json`);
}

function checkNode() {
  const { optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const pinned = optionalDependencies[`node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`];
  console.log(`Node ${process.versions.node}, ${pinned ? `pinned to ${pinned}` : 'the machine\'s own: there is no pinned one for this platform'}`);
  return pinned ? Number(process.versions.node !== pinned) : Number(Number(process.versions.node.split('.')[0]) < 24);
}
