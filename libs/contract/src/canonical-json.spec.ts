import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from './canonical-json';

/** The same data with the keys of every object in reverse order of insertion. */
function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

describe('canonical JSON', () => {
  test('is the same for equal data in any order of keys, and parses to that data', () => {
    const data = fc
      .jsonValue({ stringUnit: 'grapheme', maxDepth: 5 })
      .filter((value) => !/\d{16}|e\+/.test(JSON.stringify(value)));
    fc.assert(
      fc.property(data, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(reversed(value))).toBe(text);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test.each([
    [{ b: 1, a: { d: [], c: {} } }, '{"a":{"c":{},"d":[]},"b":1}'],
    [{ 10: 1, 9: 1, a: 1, B: 1, é: 1 }, '{"10":1,"9":1,"B":1,"a":1,"é":1}'],
    [['b', 'a'], '["b","a"]'],
    [{ a: undefined, b: null }, '{"b":null}'],
    [Object.assign(Object.create(null) as object, { a: 1 }), '{"a":1}'],
    [JSON.parse('{"__proto__":1,"a":2}'), '{"__proto__":1,"a":2}'],
    [[1, -0, 1.5, 1e-7, 9007199254740991, -9007199254740991], '[1,0,1.5,1e-7,9007199254740991,-9007199254740991]'],
    ['é\u2028"\\\n', '"é\u2028\\"\\\\\\n"'],
    [true, 'true'],
    [null, 'null'],
  ])('%j becomes %s', (data: unknown, text) => {
    expect(canonicalJson(data)).toBe(text);
  });

  const circular: { self?: unknown } = {};
  circular.self = circular;
  test.each<[string, unknown, string]>([
    ['NaN', { a: [1, NaN] }, '"/a/1" is NaN, which JSON has no form for'],
    ['Infinity', -Infinity, 'the data is -Infinity, which JSON has no form for'],
    ['an unsafe integer', { a: 2 ** 53 }, '"/a" is 9007199254740992, beyond the safe integers; write it as a string'],
    ['a BigInt', { a: 1n }, '"/a" is a bigint, which JSON has no form for'],
    ['a function', { a: () => 1 }, '"/a" is a function, which JSON has no form for'],
    ['undefined', undefined, 'the data is undefined, which JSON has no form for'],
    ['undefined in an array', [undefined], '"/0" is undefined, which JSON has no form for'],
    ['a hole', new Array(1), '"/0" is undefined, which JSON has no form for'],
    ['a lone surrogate', { a: '\ud800' }, '"/a" holds a lone surrogate, which is no text'],
    ['a Date', { a: new Date(0) }, '"/a" is an instance of a class; give plain data'],
    ['a Map', new Map(), 'the data is an instance of a class; give plain data'],
  ])('is refused, with its path, for %s', (_, data, message) => {
    expect(() => canonicalJson(data)).toThrow(new TypeError(message));
  });

  test('is refused for keys that are no text, and for a circle', () => {
    expect(() => canonicalJson({ '\ud800': 1 })).toThrow('holds a lone surrogate');
    expect(() => canonicalJson(circular)).toThrow('is nested deeper than 512, or circular');
  });
});
