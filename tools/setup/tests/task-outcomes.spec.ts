import { describe, expect, it } from 'vitest';
import type { TestReport } from './report.mjs';
import { countOne, taskOutcomes } from './task-outcomes.mjs';

const failure = { title: 'a > b', message: 'not so', file: null };
const good = (): TestReport => ({ passed: 3, failures: [], skipped: 1 });
const bad = (): TestReport => ({ passed: 3, failures: [failure, failure], skipped: 0 });
const empty = (): TestReport => ({ passed: 0, failures: [], skipped: 0 });
const inWords = expect.stringMatching(/./) as string;
const missing = () => {
  throw new Error('server.test.json does not exist');
};

/** The one outcome of `server:<target>`. */
function outcomeOf(target: string, result: { status: string; code?: number } | null, readReport = good) {
  const [outcome] = taskOutcomes({
    expected: [{ project: 'server', target }],
    results: [
      { project: 'client', target, status: 'success', code: 0 },
      ...(result === null ? [] : [{ project: 'server', target, ...result }]),
    ],
    readReport,
  });
  return outcome;
}

describe('taskOutcomes', () => {
  it.each(['success', 'local-cache', 'local-cache-kept-existing', 'remote-cache'])(
    'counts a lint task that ended with %s as one passed',
    (status) => {
      expect(outcomeOf('lint', { status, code: 0 })).toEqual(countOne('server:lint', null));
    },
  );

  it.each([
    ['failed', { status: 'failure', code: 2 }],
    ['was skipped', { status: 'skipped' }],
    ['was stopped', { status: 'stopped', code: 130 }],
    ['ended in a way nobody knows', { status: 'perhaps', code: 0 }],
    ['has an exit status against its result', { status: 'success', code: 1 }],
    ['Nx never mentions', null],
  ])('counts a lint task as one failed when it %s', (_, result) => {
    expect(outcomeOf('lint', result)).toMatchObject({ passed: 0, failed: 1, tests: 0, problem: inWords });
  });

  it('counts the tests of a report in place of the task', () => {
    expect(outcomeOf('test', { status: 'success', code: 0 })).toEqual({
      name: 'server:test',
      passed: 3,
      failed: 0,
      skipped: 1,
      tests: 4,
      problem: null,
      failures: [],
    });
  });

  it('hands on which tests failed', () => {
    expect(outcomeOf('test', { status: 'failure', code: 1 }, bad)?.failures).toEqual([failure, failure]);
  });

  it.each([
    ['names failed tests', { status: 'failure', code: 1 }, bad, 3, 2],
    ['passed but its report names failed tests', { status: 'success', code: 0 }, bad, 3, 2],
    ['failed though its report does not', { status: 'failure', code: 1 }, good, 3, 1],
    ['failed before it wrote a report', { status: 'failure', code: 1 }, missing, 0, 1],
    ['passed without a report', { status: 'success', code: 0 }, missing, 0, 1],
    ['passed without a test', { status: 'success', code: 0 }, empty, 0, 1],
    ['was skipped, whatever lies there as its report', { status: 'skipped' }, good, 0, 1],
    ['is not mentioned, whatever lies there as its report', null, good, 0, 1],
  ])('counts failures when a test task %s', (_, result, readReport, passed, failed) => {
    expect(outcomeOf('test', result, readReport)).toMatchObject({ passed, failed, problem: inWords });
  });
});
