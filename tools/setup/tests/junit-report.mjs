/**
 * Counts the tests of a report in JUnit's XML, which PHPUnit writes. A test that failed more than once counts once.
 *
 * @type {import('./report.mjs').ReportReader}
 */
export function readJunitReport(text) {
  if (!/<\/testsuites>\s*$/.test(text)) throw new Error('not a whole JUnit report: it does not end in </testsuites>');
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [, body = ''] of text.matchAll(/<testcase\b(?:[^>"]|"[^"]*")*?(?:\/>|>([^]*?)<\/testcase>)/g)) {
    if (/<(failure|error)\b/.test(body)) counts.failed += 1;
    else if (/<skipped\b/.test(body)) counts.skipped += 1;
    else counts.passed += 1;
  }
  const announced = /<testsuite\b[^>]*?\btests="(\d+)"/.exec(text)?.[1];
  const tests = counts.passed + counts.failed + counts.skipped;
  if (announced !== undefined && Number(announced) > tests) {
    throw new Error(`the report announces ${announced} tests and lists ${tests}`);
  }
  return counts;
}
