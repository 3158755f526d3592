import { readFileSync } from 'node:fs';

/** Passed, failed and not run tests of a folder, from the JSON report of Vitest or Playwright. A missing report is a failure. */
export function readReport(folder, file) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return { passed: 0, failed: 1, notRun: [{ name: folder, why: `: no report (${error.message})` }] };
  }
  return 'stats' in report ? ofPlaywright(folder, report) : ofVitest(folder, report);
}

export function addUp(reports) {
  return {
    passed: reports.reduce((sum, { passed }) => sum + passed, 0),
    failed: reports.reduce((sum, { failed }) => sum + failed, 0),
    notRun: reports.flatMap(({ notRun }) => notRun),
  };
}

function ofVitest(folder, report) {
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const count = (...states) => tests.filter(({ status }) => states.includes(status)).length;
  // A file that cannot even be loaded fails without a failing test of its own.
  const brokenFiles = report.testResults.filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed')).length;
  const notRun = tests.filter(({ status }) => !['passed', 'failed'].includes(status)).map(({ fullName }) => ({ name: `${folder}: ${fullName}`, why: '' }));
  return { passed: count('passed'), failed: count('failed') + brokenFiles, notRun };
}

function ofPlaywright(folder, { stats, errors }) {
  const notRun = stats.skipped > 0 ? [{ name: `${folder}: ${stats.skipped} browser tests`, why: '' }] : [];
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected + (errors.length > 0 ? 1 : 0), notRun };
}
