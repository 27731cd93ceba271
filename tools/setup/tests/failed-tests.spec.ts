import { describe, expect, it } from 'vitest';
import { failedTestLines } from './failed-tests.mjs';

const failure = { title: 'sum > adds', message: 'not so', file: 'a.spec.ts' };

describe('failedTestLines', () => {
  it('gives nothing for no failed test', () => {
    expect(failedTestLines([])).toEqual([]);
  });

  it('gives each test a line with its file and title, and below it the first line of what was wrong', () => {
    const other = { title: 'the run as a whole', message: '\n  Error: b\n  at b', file: null };
    expect(failedTestLines([failure, other])).toEqual([
      'a.spec.ts: sum > adds',
      '  not so',
      'the run as a whole',
      '  Error: b',
    ]);
  });

  it('shows twenty tests and counts the others', () => {
    const lines = failedTestLines(Array.from({ length: 23 }, () => failure));
    expect(lines).toHaveLength(2 * 20 + 1);
    expect(lines.at(-1)).toBe('and 3 more');
    expect(failedTestLines(Array.from({ length: 20 }, () => failure))).toHaveLength(2 * 20);
  });

  it.each([
    ['colours', '\u001b[31mnot so\u001b[39m', '  not so'],
    ['a line that is too long to read', 'x'.repeat(1_000_000), `  ${'x'.repeat(240)}…`],
    ['nothing', ' \n', '  without a message'],
  ])('makes one readable line of a message with %s', (_, message, line) => {
    expect(failedTestLines([{ ...failure, message }])[1]).toBe(line);
  });
});
