import { existsSync, readFileSync } from 'node:fs';

/** Passed, failed and not run tests of a folder, from the JSON report of Vitest or Playwright; `failures` names what failed. A missing report is a failure. */
export function readReport(folder, file) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return { passed: 0, failed: 1, notRun: [{ name: folder, why: `: no report (${error.message})` }], failures: [] };
  }
  return 'stats' in report ? ofPlaywright(folder, report) : withOutside(folder, ofVitest(folder, report), file.replace(/\.json$/, '.outside.json'));
}

export function addUp(reports) {
  return {
    passed: reports.reduce((sum, { passed }) => sum + passed, 0),
    failed: reports.reduce((sum, { failed }) => sum + failed, 0),
    notRun: reports.flatMap(({ notRun }) => notRun),
    failures: reports.flatMap(({ failures }) => failures),
  };
}

/** Errors outside of any test, which Vitest's JSON report does not have. */
function withOutside(folder, results, file) {
  if (!existsSync(file)) return results;
  const errors = JSON.parse(readFileSync(file, 'utf8'));
  const failures = errors.map(({ message, stack }) => `${folder}: outside of any test: ${stack ?? message}`);
  return { ...results, failed: results.failed + errors.length, failures: [...results.failures, ...failures] };
}

function ofVitest(folder, report) {
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const count = (...states) => tests.filter(({ status }) => states.includes(status)).length;
  // A file that cannot even be loaded fails without a failing test of its own.
  const brokenFiles = report.testResults.filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'));
  const notRun = tests.filter(({ status }) => !['passed', 'failed'].includes(status)).map(({ fullName }) => ({ name: `${folder}: ${fullName}`, why: '' }));
  const failures = [
    ...brokenFiles.map(({ name, message }) => `${folder}: ${name}: ${firstLine(message)}`),
    ...tests.filter(({ status }) => status === 'failed').map(({ fullName, failureMessages }) => `${folder}: ${fullName}: ${firstLine(failureMessages?.[0])}`),
  ];
  return { passed: count('passed'), failed: count('failed') + brokenFiles.length, notRun, failures };
}

function ofPlaywright(folder, { stats, errors, suites = [] }) {
  const notRun = stats.skipped > 0 ? [{ name: `${folder}: ${stats.skipped} browser tests`, why: '' }] : [];
  const failures = [...errors.map(({ message }) => `${folder}: ${firstLine(message)}`), ...suites.flatMap(unexpectedOf).map((title) => `${folder}: ${title}`)];
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected + (errors.length > 0 ? 1 : 0), notRun, failures };
}

function unexpectedOf({ suites = [], specs = [] }) {
  return [...specs.filter(({ ok }) => !ok).map(({ title }) => title), ...suites.flatMap(unexpectedOf)];
}

function firstLine(text = '') {
  return text.split('\n', 1)[0];
}
