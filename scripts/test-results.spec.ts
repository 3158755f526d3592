import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { addUp, readReport } from './test-results.mjs';

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function report(content: object): Promise<{ passed: number; failed: number; notRun: { name: string; why: string }[]; failures: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'cupola-results-spec-'));
  folders.push(folder);
  await writeFile(join(folder, 'report.json'), JSON.stringify(content));
  return readReport('backend', join(folder, 'report.json'));
}

const test = (status: string, fullName = 'a test', ...failureMessages: string[]) => ({ status, fullName, failureMessages });

it('counts the tests of Vitest and names those that failed and those that did not run', async () => {
  const counted = await report({ testResults: [{ status: 'failed', assertionResults: [test('passed'), test('passed'), test('failed', 'adds up', 'expected 4\n  at here'), test('skipped', 'as root')] }] });
  expect(counted).toEqual({ passed: 2, failed: 1, notRun: [{ name: 'backend: as root', why: '' }], failures: ['backend: adds up: expected 4'] });
});

it('counts errors outside of any test', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cupola-results-spec-'));
  folders.push(folder);
  await writeFile(join(folder, 'backend.json'), JSON.stringify({ testResults: [{ status: 'passed', assertionResults: [test('passed')] }] }));
  await writeFile(join(folder, 'backend.outside.json'), JSON.stringify([{ message: 'Connection terminated' }]));
  expect(readReport('backend', join(folder, 'backend.json'))).toMatchObject({ passed: 1, failed: 1, failures: ['backend: outside of any test: Connection terminated'] });
});

it('counts a spec file that cannot be loaded as a failure', async () => {
  const broken = { name: 'a.spec.ts', message: 'Cannot find module', status: 'failed', assertionResults: [] };
  expect(await report({ testResults: [broken, { status: 'passed', assertionResults: [test('passed')] }] })).toMatchObject({ passed: 1, failed: 1, failures: ['backend: a.spec.ts: Cannot find module'] });
});

it('counts the tests of Playwright, and an error outside of any of them', async () => {
  const suites = [{ specs: [{ ok: true, title: 'logs in' }], suites: [{ specs: [{ ok: false, title: 'logs out' }, { ok: false, title: 'looks up' }] }] }];
  const counted = await report({ stats: { expected: 3, flaky: 1, unexpected: 2, skipped: 1 }, errors: [], suites });
  expect(counted).toMatchObject({ passed: 4, failed: 2, notRun: [{ name: 'backend: 1 browser tests' }], failures: ['backend: logs out', 'backend: looks up'] });
  const broken = await report({ stats: { expected: 0, flaky: 0, unexpected: 0, skipped: 0 }, errors: [{ message: 'no browser' }] });
  expect(broken).toMatchObject({ passed: 0, failed: 1, failures: ['backend: no browser'] });
});

it('takes a missing report for a failure', () => {
  expect(addUp([readReport('e2e', '/nowhere/e2e.json'), { passed: 5, failed: 0, notRun: [] }])).toMatchObject({ passed: 5, failed: 1, notRun: [{ name: 'e2e' }] });
});
