/** @type {Readonly<Record<string, 'passed' | 'failed' | 'skipped'>>} */
const COUNTED_AS = Object.freeze({
  passed: 'passed',
  failed: 'failed',
  skipped: 'skipped',
  pending: 'skipped',
  todo: 'skipped',
  disabled: 'skipped',
});

/**
 * Reads a report by vitest's json reporter.
 *
 * @type {import('./report.mjs').ReportReader}
 */
export function readVitestReport(text) {
  const report = JSON.parse(text);
  if (!Array.isArray(report?.testResults)) throw new Error('not a vitest report: it has no testResults');
  const counts = { passed: 0, failed: 0, skipped: 0 };
  /** @type {import('./report.mjs').FailedTest[]} */
  const failures = [];
  for (const { name: file, status: fileStatus, message: fileMessage, assertionResults } of report.testResults) {
    const failedBefore = failures.length;
    for (const { status, ancestorTitles, title, failureMessages } of assertionResults) {
      const kind = COUNTED_AS[status];
      if (kind === undefined) throw new Error(`a test has the unknown status ${JSON.stringify(status)}`);
      counts[kind] += 1;
      if (kind !== 'failed') continue;
      failures.push({ title: [...ancestorTitles, title].join(' > '), message: failureMessages[0] ?? '', file });
    }
    if (fileStatus === 'passed' || failures.length > failedBefore) continue;
    failures.push({ title: 'the file as a whole', message: fileMessage || 'a hook failed outside any test', file });
  }
  const tests = counts.passed + counts.failed + counts.skipped;
  if (report.numTotalTests !== tests) {
    throw new Error(`the report announces ${report.numTotalTests} tests and lists ${tests}`);
  }
  if (report.success !== true && failures.length === 0) {
    failures.push({ title: 'the run as a whole', message: 'the report names no test that failed', file: null });
  }
  return { passed: counts.passed, failures, skipped: counts.skipped };
}
