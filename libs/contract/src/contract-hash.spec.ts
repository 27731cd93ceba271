import { expect, test } from 'vitest';
import { contractHash } from './contract-hash';

test.each<[unknown, string]>([
  // printf '%s' '{}' | sha256sum, and so on.
  [{}, '44136fa355b3'],
  [{ b: 'é', a: 1 }, '09ad9fd2fb64'],
])('the hash of %j is the beginning of a SHA-256 that any language can make: %s', (data, hash) => {
  expect(contractHash(data)).toBe(hash);
});

test('the order of keys does not change a hash, the order of a list does', () => {
  expect(contractHash({ a: { x: 1, y: 2 }, b: 3 })).toBe(contractHash({ b: 3, a: { y: 2, x: 1 } }));
  expect(contractHash([1, 2])).not.toBe(contractHash([2, 1]));
});

test('data without a canonical form has no hash', () => {
  expect(() => contractHash({ a: NaN })).toThrow(TypeError);
});
