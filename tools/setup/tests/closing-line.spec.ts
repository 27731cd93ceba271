import { describe, expect, it } from 'vitest';
import { sumUp } from './closing-line.mjs';
import { countOne } from './task-outcomes.mjs';

const tests = (passed: number, failed: number, skipped: number) => ({
  name: 'server:test',
  passed,
  failed,
  skipped,
  tests: passed + failed + skipped,
  problem: failed > 0 ? 'some failed' : null,
  failures: Array.from({ length: failed }, (_, index) => ({
    title: `test ${index + 1}`,
    message: 'not so',
    file: 'libs/server/a.spec.ts',
  })),
});

describe('sumUp', () => {
  it('adds tests and tasks up', () => {
    expect(sumUp([countOne('format', null), tests(7, 0, 0), tests(3, 0, 0)])).toEqual({
      failures: [],
      closingLine: '11 passed, 0 failed',
      exitStatus: 0,
    });
  });

  it('mentions skipped tests only when there are some', () => {
    expect(sumUp([tests(7, 0, 2)]).closingLine).toBe('7 passed, 0 failed, 2 skipped');
  });

  it('names what failed, the tests of a task under it, and exits with 1', () => {
    expect(sumUp([countOne('format', 'exit status 1'), tests(7, 2, 0)])).toEqual({
      failures: [
        'format: exit status 1',
        'server:test: some failed',
        '  libs/server/a.spec.ts: test 1',
        '    not so',
        '  libs/server/a.spec.ts: test 2',
        '    not so',
      ],
      closingLine: '7 passed, 3 failed',
      exitStatus: 1,
    });
  });

  it('fails when no test ran, however many tasks passed', () => {
    expect(sumUp([countOne('format', null), countOne('server:lint', null)])).toEqual({
      failures: ['npm test: no test ran'],
      closingLine: '2 passed, 1 failed',
      exitStatus: 1,
    });
  });
});
