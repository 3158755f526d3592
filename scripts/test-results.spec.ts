import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { addUp, readReport } from './test-results.mjs';

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function report(content: object): Promise<{ passed: number; failed: number; notRun: { name: string; why: string }[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'cupola-results-spec-'));
  folders.push(folder);
  await writeFile(join(folder, 'report.json'), JSON.stringify(content));
  return readReport('backend', join(folder, 'report.json'));
}

const test = (status: string, fullName = 'a test') => ({ status, fullName });

it('counts the tests of Vitest and names those that did not run', async () => {
  const counted = await report({ testResults: [{ status: 'failed', assertionResults: [test('passed'), test('passed'), test('failed'), test('skipped', 'as root')] }] });
  expect(counted).toEqual({ passed: 2, failed: 1, notRun: [{ name: 'backend: as root', why: '' }] });
});

it('counts a spec file that cannot be loaded as a failure', async () => {
  expect(await report({ testResults: [{ status: 'failed', assertionResults: [] }, { status: 'passed', assertionResults: [test('passed')] }] })).toMatchObject({ passed: 1, failed: 1 });
});

it('counts the tests of Playwright, and an error outside of any of them', async () => {
  expect(await report({ stats: { expected: 3, flaky: 1, unexpected: 2, skipped: 1 }, errors: [] })).toMatchObject({ passed: 4, failed: 2, notRun: [{ name: 'backend: 1 browser tests' }] });
  expect(await report({ stats: { expected: 0, flaky: 0, unexpected: 0, skipped: 0 }, errors: [{ message: 'no browser' }] })).toMatchObject({ passed: 0, failed: 1 });
});

it('takes a missing report for a failure', () => {
  expect(addUp([readReport('e2e', '/nowhere/e2e.json'), { passed: 5, failed: 0, notRun: [] }])).toMatchObject({ passed: 5, failed: 1, notRun: [{ name: 'e2e' }] });
});
