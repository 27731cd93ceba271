import { expect, test } from 'vitest';
import { median, percentile } from './statistics';

test.each([
  [[], NaN],
  [[7], 7],
  [[9, 1, 5], 5],
  [[4, 1, 3, 2], 2.5],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

test.each([
  [0, 10],
  [0.1, 10],
  [0.5, 50],
  [0.51, 60],
  [0.99, 100],
  [1, 100],
])('%d of ten values are not above %d', (share, expected) => {
  expect(percentile([10, 20, 30, 40, 50, 60, 70, 80, 90, 100], share)).toBe(expected);
});

test('a percentile of nothing is no number', () => {
  expect(percentile([], 0.5)).toBeNaN();
});
