import { failedTestLines } from './failed-tests.mjs';

/**
 * Adds outcomes up to the last words of `npm test`.
 *
 * @param {readonly import('./task-outcomes.mjs').Outcome[]} outcomes
 * @returns {{ failures: string[], closingLine: string, exitStatus: number }} `failures` has a line for each
 *   task that failed, and under it, indented, the tests that did; `exitStatus` is 0 only if tests ran and nothing failed
 */
export function sumUp(outcomes) {
  const ran = outcomes.some(({ tests }) => tests > 0);
  const sum = { passed: 0, failed: ran ? 0 : 1, skipped: 0 };
  for (const { passed, failed, skipped } of outcomes) {
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
  }
  const failures = outcomes.flatMap(({ name, problem, failures: tests }) =>
    problem === null ? [] : [`${name}: ${problem}`, ...failedTestLines(tests).map((line) => `  ${line}`)],
  );
  if (!ran) failures.push('npm test: no test ran');
  return {
    failures,
    closingLine: `${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''}`,
    exitStatus: sum.failed === 0 ? 0 : 1,
  };
}
