import { expect, test } from 'vitest';
import { printableText } from './printable-text';

test.each([
  ['/myapi/test', '/myapi/test'],
  ['é 😀 ü', 'é 😀 ü'],
  ['a\nb\r\tc', 'a\\x0ab\\x0d\\x09c'],
  ['\u0000\u001b[31m\u007f', '\\x00\\x1b[31m\\x7f'],
  ['\u0085\u009b', '\\x85\\x9b'],
  ['\u2028\u2029\u202e\u2066', '\\u2028\\u2029\\u202e\\u2066'],
  ['already \\x0a', 'already \\\\x0a'],
  ['', ''],
])('%j is logged as %s', (text, printed) => {
  expect(printableText(text)).toBe(printed);
});

test('two different texts never print the same', () => {
  expect(printableText('\n')).not.toBe(printableText('\\x0a'));
});

test('what is longer than maxLength is cut and says so; exactly maxLength is not', () => {
  expect(printableText('x'.repeat(256))).toBe('x'.repeat(256));
  expect(printableText('x'.repeat(257))).toBe(`${'x'.repeat(256)}…`);
  expect(printableText('abc\n', 3)).toBe('abc…');
  expect(printableText('\n\n\n', 2)).toBe('\\x0a\\x0a…');
});
