/** @type {Readonly<Record<string, keyof import('./report.mjs').TestCounts>>} */
const COUNTED_AS = Object.freeze({
  passed: 'passed',
  failed: 'failed',
  skipped: 'skipped',
  pending: 'skipped',
  todo: 'skipped',
  disabled: 'skipped',
});

/**
 * Counts the tests of a report by vitest's json reporter.
 *
 * @type {import('./report.mjs').ReportReader}
 */
export function readVitestReport(text) {
  const report = JSON.parse(text);
  if (!Array.isArray(report?.testResults)) throw new Error('not a vitest report: it has no testResults');
  const counts = { passed: 0, failed: 0, skipped: 0 };
  let tests = 0;
  for (const file of report.testResults) {
    let failedInFile = 0;
    for (const { status } of file.assertionResults) {
      const kind = COUNTED_AS[status];
      if (kind === undefined) throw new Error(`a test has the unknown status ${JSON.stringify(status)}`);
      counts[kind] += 1;
      tests += 1;
      if (kind === 'failed') failedInFile += 1;
    }
    // A file that does not load, or whose hooks fail, may name no failed test.
    if (file.status !== 'passed' && failedInFile === 0) counts.failed += 1;
  }
  if (report.numTotalTests !== tests) {
    throw new Error(`the report announces ${report.numTotalTests} tests and lists ${tests}`);
  }
  if (report.success !== true && counts.failed === 0) counts.failed = 1;
  return counts;
}
