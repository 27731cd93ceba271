import { expect, test, vi } from 'vitest';
import { figure, type FigureBound } from './figure';

test.each<[number, FigureBound, string]>([
  [4.1234, { max: 50, unit: 'ms' }, '4.12 ms (bound 50 ms)'],
  [0, { max: 0 }, '0 (bound 0)'],
  [1.298, { min: 1.3 }, '1.3 (at least 1.3)'],
  [1_234.5, { max: 2_000.4, unit: 'µs' }, '1235 µs (bound 2000 µs)'],
  [123_456_789, { max: 200_000_000, unit: 'bytes' }, '123456789 bytes (bound 200000000 bytes)'],
  [0.000123, { max: 1, unit: 's' }, '0.000123 s (bound 1 s)'],
])('%d with %j reads: … %s', (value, bound, text) => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    expect(figure('promise 6: p99 of the other connection', value, bound)).toBe(value);
    expect(write.mock.calls).toEqual([[`promise 6: p99 of the other connection ${text}\n`]]);
  } finally {
    write.mockRestore();
  }
});
