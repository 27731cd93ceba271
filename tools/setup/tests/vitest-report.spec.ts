import { describe, expect, it } from 'vitest';
import { readVitestReport } from './vitest-report.mjs';

const file = (status: string, ...tests: string[]) => ({
  name: '/repo/a.spec.ts',
  status,
  message: '',
  assertionResults: tests.map((one) => ({
    status: one,
    ancestorTitles: ['sum'],
    title: 'adds',
    failureMessages: one === 'failed' ? ['AssertionError: expected 1 to be 2\n    at a.spec.ts:3:4'] : [],
  })),
});
const report = (success: boolean, ...files: ReturnType<typeof file>[]) =>
  JSON.stringify({
    success,
    numTotalTests: files.reduce((sum, { assertionResults }) => sum + assertionResults.length, 0),
    testResults: files,
  });

describe('readVitestReport', () => {
  it.each([
    ['adds the files up', report(true, file('passed', 'passed', 'passed'), file('passed', 'passed')), [3, 0, 0]],
    [
      'counts what did not run as skipped',
      report(true, file('passed', 'passed', 'skipped', 'pending', 'todo')),
      [1, 0, 3],
    ],
    ['counts failed tests', report(false, file('failed', 'passed', 'failed', 'failed')), [1, 2, 0]],
    [
      'counts a file that does not load as one failure',
      report(false, file('passed', 'passed'), file('failed')),
      [1, 1, 0],
    ],
    ['counts a file whose hook failed as one failure', report(false, file('failed', 'passed', 'skipped')), [1, 1, 1]],
    ['does not take a run without success for passed', report(false, file('passed', 'passed')), [1, 1, 0]],
    ['finds nothing in an empty run', report(true), [0, 0, 0]],
  ])('%s', (_, text, [passed, failed, skipped]) => {
    const read = readVitestReport(text);
    expect([read.passed, read.failures.length, read.skipped]).toEqual([passed, failed, skipped]);
  });

  it.each([
    [
      'a test that failed, with the titles it stands in',
      file('failed', 'passed', 'failed'),
      { title: 'sum > adds', message: 'AssertionError: expected 1 to be 2\n    at a.spec.ts:3:4' },
    ],
    [
      'a file that does not load, with its error',
      { ...file('failed'), message: 'Cannot find module ./b' },
      { title: 'the file as a whole', message: 'Cannot find module ./b' },
    ],
    [
      'a file whose hook failed',
      file('failed', 'passed'),
      { title: 'the file as a whole', message: 'a hook failed outside any test' },
    ],
  ])('names %s', (_, one, failure) => {
    expect(readVitestReport(report(false, one)).failures).toEqual([{ ...failure, file: '/repo/a.spec.ts' }]);
  });

  it.each([
    ['text that breaks off', report(true, file('passed', 'passed')).slice(0, -5)],
    ['an empty file', ''],
    ['other JSON', '{}'],
    ['null', 'null'],
    [
      'fewer tests than announced',
      JSON.stringify({ success: true, numTotalTests: 2, testResults: [file('passed', 'passed')] }),
    ],
    ['an unknown status', report(true, file('passed', 'perhaps'))],
  ])('refuses %s', (_, text) => {
    expect(() => readVitestReport(text)).toThrow();
  });
});
